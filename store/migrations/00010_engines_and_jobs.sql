-- +goose Up

-- What read a record, a label of the facet "engine": how re-reading finds the records that another engine read.
ALTER TABLE records ADD COLUMN engine INTEGER NOT NULL DEFAULT 0;

INSERT INTO labels (facet, value)
SELECT DISTINCT 'engine', json_extract(CAST(body AS TEXT), '$.analysis.engine.version') || ' ' || json_extract(CAST(body AS TEXT), '$.analysis.engine.lexicon')
FROM bodies;

UPDATE records SET engine = coalesce((
    SELECT l.id FROM bodies b JOIN labels l ON l.facet = 'engine'
        AND l.value = json_extract(CAST(b.body AS TEXT), '$.analysis.engine.version') || ' ' || json_extract(CAST(b.body AS TEXT), '$.analysis.engine.lexicon')
    WHERE b.row = records.row), 0);

CREATE TABLE jobs (
    id       TEXT PRIMARY KEY,
    kind     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    author   TEXT    NOT NULL,
    params   TEXT    NOT NULL,
    result   TEXT    NOT NULL,
    error    TEXT    NOT NULL,
    total    INTEGER NOT NULL,
    done     INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    started  INTEGER,
    finished INTEGER
) WITHOUT ROWID;
CREATE INDEX jobs_created ON jobs (created);
