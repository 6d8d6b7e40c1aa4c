-- Who is logged in, who failed to, and what was sent to let somebody in. None of it is history: what matters for ever (invited,
-- password set, role granted, disabled) stands in the events. Tokens stand here as SHA-256 only; whoever reads the table gets in
-- nowhere.

CREATE TABLE sessions (
    id             uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    token          bytea       NOT NULL UNIQUE,
    previous       bytea       UNIQUE,
    previous_until timestamptz,
    user_code      text        COLLATE "C" NOT NULL,
    state          text        NOT NULL CHECK (state IN ('code asked', 'open')),
    method         text        NOT NULL,
    secrets        bigint      NOT NULL,
    roles          bigint      NOT NULL,
    agent          text        NOT NULL,
    begun_at       timestamptz NOT NULL,
    seen_at        timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL
);
CREATE INDEX sessions_user_code_idx ON sessions (user_code);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
COMMENT ON TABLE sessions IS 'Browsers that are logged in; a row that has gone is a session that has ended.';
COMMENT ON COLUMN sessions.previous IS 'The token before the last rotation, which requests that were under way may still carry.';
COMMENT ON COLUMN sessions.secrets IS 'How often the user''s secrets had changed when it began; once they change again it has ended.';
COMMENT ON COLUMN sessions.roles IS 'How often the user''s roles had changed at the last rotation; once they change again it gets a new token.';

CREATE TABLE login_failures (
    subject   bytea       PRIMARY KEY,
    failures  bigint      NOT NULL,
    failed_at timestamptz NOT NULL,
    waits_until timestamptz NOT NULL
);
COMMENT ON TABLE login_failures IS 'Attempts to log in under a name or from an address, both as keyed hashes, that have not succeeded.';

CREATE TABLE login_tokens (
    token      bytea       PRIMARY KEY,
    purpose    text        NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    user_code  text        COLLATE "C" NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX login_tokens_user_code_idx ON login_tokens (user_code);
COMMENT ON TABLE login_tokens IS 'Links that were mailed and not used yet; each is used once.';

CREATE TABLE used_codes (
    user_code text   COLLATE "C" PRIMARY KEY,
    step      bigint NOT NULL
);
COMMENT ON TABLE used_codes IS 'The last half minute whose code each user has used; a code is never taken twice.';

CREATE TABLE foreign_logins (
    state      bytea       PRIMARY KEY,
    browser    bytea       NOT NULL,
    nonce      text        NOT NULL,
    verifier   text        NOT NULL,
    next       text        NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE foreign_logins IS 'Browsers that were sent to the organisation''s own login and have not come back.';
