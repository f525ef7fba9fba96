-- What users keep about rooms, and names for rooms. The room's own tables belong to the store.

CREATE TABLE room_alias (
    alias       text   NOT NULL PRIMARY KEY,
    room_id     text,              -- null while a room that shall have it is being created
    creator_nid bigint NOT NULL,
    created_ms  bigint NOT NULL
);
CREATE INDEX room_alias_by_room ON room_alias (room_id);
CREATE INDEX room_alias_by_creator ON room_alias (creator_nid);

CREATE TABLE published_room (
    room_nid     bigint NOT NULL PRIMARY KEY,
    published_ms bigint NOT NULL
);

CREATE TABLE account_data (
    user_nid bigint NOT NULL,
    room_nid bigint NOT NULL,      -- 0: not about a room
    type     text   NOT NULL,
    content  bytea  NOT NULL,
    pos      bigint NOT NULL,
    PRIMARY KEY (user_nid, room_nid, type)
);
CREATE INDEX account_data_by_position ON account_data (user_nid, pos);

CREATE TABLE sync_filter (
    user_nid  bigint NOT NULL,
    filter_id int    NOT NULL,
    digest    bytea  NOT NULL,
    json      bytea  NOT NULL,
    PRIMARY KEY (user_nid, filter_id),
    UNIQUE (user_nid, digest)
);
