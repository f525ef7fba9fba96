-- Numbers for servers and users: rows of rooms carry these instead of names. A number is given once and never changes.

CREATE TABLE server (
    server_nid int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    CONSTRAINT server_name_key UNIQUE (name)
);

CREATE TABLE user_ref (
    user_nid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_nid int NOT NULL,
    local boolean NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    CONSTRAINT user_ref_user_id_key UNIQUE (user_id)
);
