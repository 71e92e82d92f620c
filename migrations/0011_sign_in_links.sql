-- Links that sign in once. An expired one is removed when the next one is made.
CREATE TABLE sign_in_links (
  hash       TEXT PRIMARY KEY, -- SHA-256 of the code and of what it signs in with
  expires_at INTEGER NOT NULL  -- epoch ms
) WITHOUT ROWID;
