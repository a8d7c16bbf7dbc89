-- +goose Up

CREATE TABLE tagging_rules (
    version INTEGER PRIMARY KEY,
    text    TEXT    NOT NULL,
    author  TEXT    NOT NULL,
    at      INTEGER NOT NULL
);
