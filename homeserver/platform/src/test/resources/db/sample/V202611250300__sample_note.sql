CREATE TABLE sample_note (id bigint PRIMARY KEY, text text NOT NULL);
