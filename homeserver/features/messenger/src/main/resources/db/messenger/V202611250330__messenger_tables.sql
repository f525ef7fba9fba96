-- The one-to-one thread of two users on this server: at most one a pair, the lower number first.
CREATE TABLE one_to_one (
    low_nid  bigint NOT NULL,
    high_nid bigint NOT NULL,
    room_nid bigint NOT NULL,
    PRIMARY KEY (low_nid, high_nid),
    CHECK (low_nid < high_nid)
);

-- How a user keeps a thread.
CREATE TABLE thread_setting (
    user_nid bigint  NOT NULL,
    room_nid bigint  NOT NULL,
    muted    boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    PRIMARY KEY (user_nid, room_nid)
);
