-- +goose Up

-- Counts of records and scores, for dashboards; see rollups.go.
CREATE TABLE rollups (
    key   INTEGER PRIMARY KEY, -- label, shape and month
    cells BLOB NOT NULL
);

-- What has changed since the counts were last brought up to date.
CREATE TABLE rollup_log (
    n       INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    body    BLOB    NOT NULL
);

-- Every value of a score on its scale, by number.
CREATE TABLE score_kinds (
    id     INTEGER PRIMARY KEY,
    name   INTEGER NOT NULL, -- labels.id
    value  REAL    NOT NULL,
    low    REAL    NOT NULL,
    high   REAL    NOT NULL,
    effort INTEGER NOT NULL
);
CREATE UNIQUE INDEX score_kinds_value ON score_kinds (name, value, low, high, effort);
