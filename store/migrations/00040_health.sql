-- +goose Up

-- Accounts of which something has changed since their standing was computed. mark counts the changes, so that one that comes while
-- a standing is computed is not lost.
CREATE TABLE health_stale (
    account INTEGER PRIMARY KEY, -- accounts.num
    mark    INTEGER NOT NULL
);

-- The health of every account as it was computed last.
CREATE TABLE health_standings (
    account  INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    score    REAL    NOT NULL,
    grade    TEXT    NOT NULL, -- after hysteresis; '' where too little is known
    coverage REAL    NOT NULL,
    change   REAL    NOT NULL, -- of the score in thirty days
    slope    REAL    NOT NULL, -- points a week
    trend    TEXT    NOT NULL,
    value    REAL    NOT NULL, -- revenue of a year
    lost     REAL    NOT NULL, -- points that negative contributions cost
    warnings TEXT    NOT NULL, -- kinds, between commas
    asked    INTEGER,          -- when the last NPS answer was given
    worst    TEXT    NOT NULL, -- signal that costs most
    action   TEXT    NOT NULL
);

-- What was computed on a day, never changed. Account, day, policy and engine name it.
CREATE TABLE health_snapshots (
    account  INTEGER NOT NULL,
    day      INTEGER NOT NULL, -- days since 1970 in the workspace's zone
    policy   TEXT    NOT NULL, -- hash
    engine   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    score    REAL    NOT NULL,
    low      REAL    NOT NULL,
    high     REAL    NOT NULL,
    coverage REAL    NOT NULL,
    grade    TEXT    NOT NULL, -- after hysteresis
    raw      TEXT    NOT NULL, -- before
    segment  TEXT    NOT NULL,
    parts    TEXT    NOT NULL, -- contributions, JSON
    PRIMARY KEY (account, day, policy, engine)
) WITHOUT ROWID;

CREATE TABLE health_overrides (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    value   REAL    NOT NULL,
    reason  TEXT    NOT NULL,
    author  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX health_overrides_account ON health_overrides (account);

CREATE TABLE targets (
    id   TEXT PRIMARY KEY,
    body TEXT NOT NULL -- JSON
) WITHOUT ROWID;

INSERT INTO health_stale (account, mark) SELECT num, 1 FROM accounts;
