-- +goose Up

-- The score with a person's word on it, where one is in force.
ALTER TABLE health_standings ADD COLUMN overridden REAL;
