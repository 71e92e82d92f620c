-- Mailgun signs a token and a time, not the event: a token is good for one call, while its signature is valid.
CREATE TABLE mailgun_tokens (
  token   TEXT PRIMARY KEY,
  digest  TEXT NOT NULL, -- of the call, which may come again until its events are on the queue
  used_at INTEGER NOT NULL, -- epoch milliseconds
  done    INTEGER NOT NULL DEFAULT 0 -- 1: its events are on the queue
) WITHOUT ROWID;
CREATE INDEX mailgun_tokens_by_age ON mailgun_tokens (used_at);
