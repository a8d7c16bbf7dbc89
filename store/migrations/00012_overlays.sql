-- +goose Up

-- Overlays as they were packed, every version of each name.
CREATE TABLE overlays (
    id      TEXT PRIMARY KEY, -- name@version
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    hash    TEXT    NOT NULL UNIQUE,
    facts   TEXT    NOT NULL, -- feedback.Overlay as JSON
    packed  BLOB    NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX overlays_version ON overlays (name, version);

-- Which overlays were in force, one after the other; the last row is.
CREATE TABLE activations (
    version  INTEGER PRIMARY KEY,
    parent   INTEGER NOT NULL, -- what a rollback goes back to; 0 is none in force
    overlays TEXT    NOT NULL, -- ids, JSON
    action   TEXT    NOT NULL,
    author   TEXT    NOT NULL,
    at       INTEGER NOT NULL
);
