-- +goose Up

-- Filters by name.
CREATE TABLE views (
    name    TEXT PRIMARY KEY,
    filter  TEXT    NOT NULL, -- parameters and their values as JSON
    changed INTEGER NOT NULL
) WITHOUT ROWID;
