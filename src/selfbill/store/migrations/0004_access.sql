-- Who looked at whom, and which programs may look.

CREATE TABLE access_log (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    who       text        NOT NULL,
    on_behalf text,
    subject   text        COLLATE "C" NOT NULL,
    page      text        NOT NULL,
    request   text        NOT NULL
);
CREATE INDEX access_log_subject_idx ON access_log (subject, id);
COMMENT ON TABLE access_log IS 'Every time somebody was shown the data of a person; nothing is ever changed or removed.';
COMMENT ON COLUMN access_log.who IS 'The user or the API token, as it stands in the events.';
COMMENT ON COLUMN access_log.on_behalf IS 'For whom that user looked, where it was not for themselves.';
COMMENT ON COLUMN access_log.subject IS 'Whose data: the stream of the party, e.g. customer:K01.';
COMMENT ON COLUMN access_log.page IS 'The pattern of the address, e.g. /customers/{code}.';
COMMENT ON COLUMN access_log.request IS 'The id of the request, which also stands in the logs.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE api_tokens (
    id         text        COLLATE "C" PRIMARY KEY,
    sha256     text        COLLATE "C" NOT NULL UNIQUE,
    name       text        NOT NULL,
    scopes     text[]      NOT NULL,
    made_by    text        NOT NULL,
    made_at    timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by text
);
COMMENT ON TABLE api_tokens IS 'The programs that may use the API. The token itself is nowhere: only its SHA-256 is kept.';
