-- +goose Up

-- "Thau" in ASCII: tells this file from any other SQLite database.
PRAGMA application_id = 1416126837;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Times are microseconds since 1970 in UTC; '' and 0 stand for "none" in text and reference columns.
CREATE TABLE records (
    row         INTEGER PRIMARY KEY, -- never another record's, kept when an id comes back after a delete
    seq         INTEGER NOT NULL,    -- of the last change
    id          TEXT    NOT NULL,
    account     INTEGER NOT NULL,    -- accounts.num
    thread      TEXT    NOT NULL,    -- of records with a ticket
    collected   INTEGER NOT NULL,
    received    INTEGER NOT NULL,    -- first receipt
    revised     INTEGER NOT NULL,    -- receipt of this version
    changed     INTEGER NOT NULL,
    updated     INTEGER,             -- the sender's version
    corrections INTEGER NOT NULL,    -- how many there are
    payload     BLOB    NOT NULL,
    facts       BLOB    NOT NULL     -- what filters and tallies read; see facts.go
);
CREATE UNIQUE INDEX records_id ON records (id);
CREATE UNIQUE INDEX records_seq ON records (seq);
CREATE INDEX records_account ON records (account) WHERE account > 0;
CREATE INDEX records_thread ON records (thread) WHERE thread > '';

-- The draft and its analysis as JSON, beside the columns so that scans of those stay small.
CREATE TABLE bodies (
    row  INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);

CREATE TABLE corrections (
    row  INTEGER NOT NULL,
    n    INTEGER NOT NULL,
    body BLOB    NOT NULL,
    PRIMARY KEY (row, n)
) WITHOUT ROWID;

CREATE TABLE tombstones (
    seq INTEGER PRIMARY KEY,
    row INTEGER NOT NULL,
    id  TEXT    NOT NULL,
    at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX tombstones_id ON tombstones (id);

CREATE TABLE idempotency (
    key     TEXT PRIMARY KEY,
    row     INTEGER NOT NULL,
    payload BLOB    NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_row ON idempotency (row);

-- Every value of every facet, and the names of scores, by number.
CREATE TABLE labels (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    facet TEXT    NOT NULL,
    value TEXT    NOT NULL,
    uses  INTEGER NOT NULL DEFAULT 0 -- counted for tags and attributes, which go when nothing uses them
);
CREATE UNIQUE INDEX labels_value ON labels (facet, value);

CREATE TABLE accounts (
    num        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL,
    name       TEXT    NOT NULL DEFAULT '',
    started    INTEGER,
    churned    INTEGER,
    attributes TEXT    NOT NULL DEFAULT '{}',
    stub       INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL
);
CREATE UNIQUE INDEX accounts_id ON accounts (id);

CREATE TABLE signals (
    account  INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    id       TEXT    NOT NULL,
    value    REAL    NOT NULL,
    unit     TEXT    NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (account, name, at, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX signals_id ON signals (id) WHERE id > '';

CREATE TABLE keys (
    id      TEXT PRIMARY KEY,
    name    TEXT    NOT NULL,
    scope   TEXT    NOT NULL,
    hash    BLOB    NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    revoked INTEGER
) WITHOUT ROWID;

CREATE TABLE policies (
    version INTEGER PRIMARY KEY,
    yaml    BLOB    NOT NULL,
    author  TEXT    NOT NULL,
    at      INTEGER NOT NULL
);
