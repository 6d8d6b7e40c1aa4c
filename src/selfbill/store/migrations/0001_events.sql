-- The truth of one agency: its events, and what must be written in the same breath.
-- Runs with search_path set to the agency's schema; every name below is the agency's own.

CREATE TABLE events (
    notification_id    bigint      NOT NULL,
    originator_id      text        COLLATE "C" NOT NULL,
    originator_version bigint      NOT NULL,
    topic              text        COLLATE "C" NOT NULL,
    state              bytea       NOT NULL,
    recorded_at        timestamptz NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX events_notification_id_idx ON events (notification_id);

COMMENT ON TABLE events IS 'What happened, in the order in which it was recorded; nothing is ever changed or removed.';
COMMENT ON COLUMN events.notification_id IS 'The position: 1, 2, 3 without gaps, in the order of commit.';
COMMENT ON COLUMN events.originator_id IS 'The stream, e.g. timesheet:P01:2026-W12.';
COMMENT ON COLUMN events.originator_version IS 'The place of the event within its stream: 1, 2, 3.';
COMMENT ON COLUMN events.topic IS 'The stable tag of the event, e.g. timesheet.hours_approved.';
COMMENT ON COLUMN events.state IS 'JSON in UTF-8: at, by, cause and the event itself.';
COMMENT ON COLUMN events.recorded_at IS 'When the database recorded it; never earlier than that of the position before.';

CREATE VIEW event_log AS
SELECT notification_id                                     AS position,
       originator_id                                       AS stream,
       originator_version                                  AS version,
       topic                                               AS tag,
       (document ->> 'at')::timestamptz                    AS at,
       document ->> 'by'                                   AS by,
       document ->> 'cause'                                AS cause,
       document -> 'event'                                 AS event,
       recorded_at
FROM events, LATERAL (SELECT convert_from(state, 'UTF8')::jsonb AS document) AS stored;

COMMENT ON VIEW event_log IS 'The events as an auditor reads them.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was recorded stays as it is', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'SB003';
END;
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE commands (
    id          text        COLLATE "C" PRIMARY KEY,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE commands IS 'Which commands have been carried out, and the position of the last event each of them recorded.';

CREATE TABLE person_keys (
    person       text        COLLATE "C" PRIMARY KEY,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
COMMENT ON TABLE person_keys IS 'The key of each person, wrapped with the master key; a person without a key has been forgotten for good.';

CREATE TABLE documents (
    sha256     text        COLLATE "C" PRIMARY KEY,
    media_type text        NOT NULL,
    content    bytea       NOT NULL,
    stored_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- A PDF is compressed already: a second attempt only costs time.
ALTER TABLE documents ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE documents IS 'The exact bytes of every document that was sent, under their SHA-256.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON documents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One statement records one save. The advisory lock makes the order of positions the order of commit, so that a reader who
-- has seen position n never misses one below n; it lasts from here to the commit and never over a round trip of the client.
-- Unlike LOCK TABLE it does not stand in the way of VACUUM.
--   SB001  the command was carried out before; the detail is its position
--   SB002  a stream that had to be unchanged has moved; the detail is the stream
--   23505  somebody else wrote to one of the streams
CREATE FUNCTION append_events(
    streams            text[],
    versions           bigint[],
    topics             text[],
    states             bytea[],
    command            text,
    unchanged_streams  text[],
    unchanged_versions bigint[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last_position bigint;
    last_moment   timestamptz;
    seen          bigint;
    moved         text;
BEGIN
    -- 7301 sets appending apart from other uses of advisory locks.
    PERFORM pg_advisory_xact_lock(7301, hashtext(current_schema()));

    IF command IS NOT NULL THEN
        SELECT c.position INTO seen FROM commands c WHERE c.id = command;
        IF FOUND THEN
            RAISE EXCEPTION 'command % was carried out before', command USING ERRCODE = 'SB001', DETAIL = seen::text;
        END IF;
    END IF;

    IF unchanged_streams IS NOT NULL THEN
        SELECT u.stream INTO moved
        FROM unnest(unchanged_streams, unchanged_versions) AS u (stream, version)
        WHERE u.version <> coalesce(
            (SELECT e.originator_version FROM events e WHERE e.originator_id = u.stream
             ORDER BY e.originator_version DESC LIMIT 1), 0)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'stream % has moved', moved USING ERRCODE = 'SB002', DETAIL = moved;
        END IF;
    END IF;

    SELECT e.notification_id, e.recorded_at INTO last_position, last_moment
    FROM events e ORDER BY e.notification_id DESC LIMIT 1;
    IF NOT FOUND THEN
        last_position := 0;
    END IF;
    last_moment := greatest(clock_timestamp(), last_moment);

    INSERT INTO events (notification_id, originator_id, originator_version, topic, state, recorded_at)
    SELECT last_position + n, stream, version, topic, state, last_moment
    FROM unnest(streams, versions, topics, states) WITH ORDINALITY AS new (stream, version, topic, state, n);
    last_position := last_position + cardinality(streams);

    IF command IS NOT NULL THEN
        INSERT INTO commands (id, position, recorded_at) VALUES (command, last_position, last_moment);
    END IF;

    PERFORM pg_notify(current_schema(), '');
    RETURN last_position;
END;
$$;
