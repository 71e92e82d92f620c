-- Requests with an Idempotency-Key. Rows are deleted after a day.
CREATE TABLE idempotency (
  token        TEXT NOT NULL, -- the id of the caller's token
  key          TEXT NOT NULL,
  hash         TEXT NOT NULL, -- SHA-256 of method, path and body
  id           TEXT NOT NULL, -- what the request creates gets this id, however often it is carried out
  created_at   INTEGER NOT NULL,
  attempted_at INTEGER NOT NULL, -- when the last attempt began; 0: it has ended without an answer to keep
  answer       TEXT, -- JSON; NULL: none yet
  PRIMARY KEY (token, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
