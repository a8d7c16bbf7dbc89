-- +goose Up

-- The terms of a record's text by key, and the sketch that near copies share; see terms.go. A record whose text says nothing has no row,
-- nor has one that was read before there were terms, until it is read again.
CREATE TABLE terms (
    row  INTEGER PRIMARY KEY,
    keys BLOB NOT NULL
);
