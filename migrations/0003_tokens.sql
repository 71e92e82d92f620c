-- Who may call the API, beside API_TOKEN.
CREATE TABLE tokens (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL, -- what pushes record as "by"
  hash         TEXT NOT NULL UNIQUE, -- SHA-256 of the token, in hex: the token itself is nowhere
  prefix       TEXT NOT NULL, -- its first characters, for people
  scopes       TEXT NOT NULL, -- JSON array
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER, -- NULL: never
  last_used_at INTEGER
) WITHOUT ROWID;
