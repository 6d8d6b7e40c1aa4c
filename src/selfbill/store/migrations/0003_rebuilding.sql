-- Every table that is made from a read model has a row in read_models: the one that people look at, the draft that takes its
-- place, the old one that is kept for a way back, and copies as of a moment. So nothing is left behind that nobody knows of.

ALTER TABLE read_models
    ADD COLUMN model      text        COLLATE "C",
    ADD COLUMN role       text        NOT NULL DEFAULT 'live' CHECK (role IN ('live', 'draft', 'old', 'copy')),
    ADD COLUMN version    bigint      NOT NULL DEFAULT 1,
    ADD COLUMN kept_until timestamptz,
    ADD COLUMN as_of      timestamptz,
    ADD COLUMN last_error text,
    ADD COLUMN failed_at  timestamptz;
UPDATE read_models SET model = name;
ALTER TABLE read_models
    ALTER COLUMN model SET NOT NULL,
    ADD CHECK ((role = 'live') = (name = model));
CREATE UNIQUE INDEX read_models_one_of_a_kind ON read_models (model, role) WHERE role <> 'copy';

COMMENT ON COLUMN read_models.name IS 'The name of the table.';
COMMENT ON COLUMN read_models.generation IS 'Rises whenever somebody else than the follower wrote the rows: a rebuild, a rollback, an unparked stream.';
COMMENT ON COLUMN read_models.model IS 'The read model that made the table.';
COMMENT ON COLUMN read_models.version IS 'The version of the fold that made the rows, for people; programs compare the fingerprint.';
COMMENT ON COLUMN read_models.kept_until IS 'When an old table may be dropped.';
COMMENT ON COLUMN read_models.as_of IS 'The moment up to which a copy shows what was recorded.';
COMMENT ON COLUMN read_models.last_error IS 'What last kept the follower from following; empty again as soon as it goes on.';

CREATE TABLE rebuilds (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model        text        COLLATE "C" NOT NULL,
    state        text        NOT NULL CHECK (state IN
                 ('prepare', 'replay', 'catch up', 'index', 'compare', 'switch', 'switched', 'rehearsed', 'refused', 'aborted', 'rolled back')),
    fingerprint  text        NOT NULL,
    options      jsonb       NOT NULL,
    started_by   text        NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    touched_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at  timestamptz,
    until        bigint      NOT NULL DEFAULT 0,
    attempts     bigint      NOT NULL DEFAULT 1,
    abort_asked  boolean     NOT NULL DEFAULT false,
    last_error   text,
    comparison   jsonb
);
CREATE UNIQUE INDEX rebuilds_one_at_a_time ON rebuilds (model) WHERE finished_at IS NULL;

COMMENT ON TABLE rebuilds IS 'Each rebuild of a read model: how far it is, or what came of it. Whoever works on it holds an advisory lock.';
COMMENT ON COLUMN rebuilds.until IS 'The replay goes up to and including this position; what came later is caught up.';
COMMENT ON COLUMN rebuilds.comparison IS 'How the new table differs from the old one, as it was found before the switch.';

CREATE TABLE rebuild_parts (
    rebuild  bigint  NOT NULL REFERENCES rebuilds (id),
    number   bigint  NOT NULL,
    after    text    COLLATE "C",
    up_to    text    COLLATE "C",
    stream   text    COLLATE "C",
    events   bigint  NOT NULL DEFAULT 0,
    rows     bigint  NOT NULL DEFAULT 0,
    finished boolean NOT NULL DEFAULT false,
    PRIMARY KEY (rebuild, number)
);
COMMENT ON TABLE rebuild_parts IS 'The streams after one and up to another, as one part of a replay; committed together with the rows.';
COMMENT ON COLUMN rebuild_parts.stream IS 'The last stream of which the rows are written; the replay goes on after it.';
