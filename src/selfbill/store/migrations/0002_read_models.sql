-- How far each read model has followed the events, and what it could not follow.
-- The tables of the read models themselves are made from their rows (projections/read_model.py); they can be thrown away.

CREATE TABLE read_models (
    name        text        COLLATE "C" PRIMARY KEY,
    generation  bigint      NOT NULL,
    position    bigint      NOT NULL,
    fingerprint text        NOT NULL,
    followed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE read_models IS 'The position up to which each read model shows the events; it is committed together with the rows.';
COMMENT ON COLUMN read_models.generation IS 'How often the read model was made anew.';
COMMENT ON COLUMN read_models.fingerprint IS 'Says by which columns, events and version the rows were made.';

CREATE TABLE parked_streams (
    model     text        COLLATE "C" NOT NULL,
    stream    text        COLLATE "C" NOT NULL,
    position  bigint      NOT NULL,
    error     text        NOT NULL,
    waiting   bigint      NOT NULL DEFAULT 0,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model, stream)
);
COMMENT ON TABLE parked_streams IS 'Streams that a read model leaves aside from the event at this position on, and why.';
COMMENT ON COLUMN parked_streams.waiting IS 'How many later events of the stream are left aside with it.';
