-- +goose Up

-- The terms of a record's text by key, and the sketch that near copies share; see terms.go. A record whose text says nothing has no row.
CREATE TABLE terms (
    row  INTEGER PRIMARY KEY,
    keys BLOB NOT NULL
);

-- What was read before there were terms is read again by reanalyze.
UPDATE records SET engine = 0;
