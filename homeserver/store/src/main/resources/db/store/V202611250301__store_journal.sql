-- The journal: docs/engine.md, section 1.

-- A writer's lease, fence, high-water mark and commit record in one row. Every commit ends with an update of it.
CREATE TABLE stream_writer (
    slot smallint PRIMARY KEY CHECK (slot BETWEEN 0 AND 255),
    node text NOT NULL,
    epoch bigint NOT NULL,
    last_pos bigint NOT NULL CHECK (last_pos >= 0),
    lease_until timestamptz NOT NULL,
    retired_in int
) WITH (fillfactor = 50);

-- Which slots there are. A token names its generation, so that it need not carry retired slots.
CREATE TABLE writer_generation (
    generation int PRIMARY KEY CHECK (generation > 0),
    slots smallint[] NOT NULL,
    retired_pos bigint[] NOT NULL
);
INSERT INTO writer_generation (generation, slots, retired_pos) VALUES (1, '{0}', '{}');

-- Partitions, one a day, are made by the writer ahead of time and dropped by retention.
CREATE TABLE journal (
    pos bigint NOT NULL,
    scope bigint NOT NULL,
    ref bigint NOT NULL,
    kind smallint NOT NULL,
    PRIMARY KEY (pos)
) PARTITION BY RANGE (pos);

-- The last position of each slot that retention has dropped: a cursor below it has to be rebuilt another way.
CREATE TABLE journal_dropped (
    slot smallint PRIMARY KEY,
    pos bigint NOT NULL
);

CREATE TABLE follower_cursor (
    name text COLLATE "C" PRIMARY KEY,
    positions bigint[] NOT NULL
) WITH (fillfactor = 50);
