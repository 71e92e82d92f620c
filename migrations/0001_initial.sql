-- The people. AUTOINCREMENT: an id is never given to a second person, so a ledger's id keeps its meaning.
CREATE TABLE recipients (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  address     TEXT NOT NULL,
  address_key TEXT NOT NULL UNIQUE, -- the address without regard to case: what "the same address" means
  username    TEXT NOT NULL DEFAULT '',
  area        TEXT NOT NULL DEFAULT '',
  attributes  TEXT NOT NULL DEFAULT '{}', -- JSON object
  created_at  INTEGER NOT NULL, -- epoch milliseconds, like every time here
  updated_at  INTEGER NOT NULL
);
-- With id, so that a push's snapshot pages through one area by key without sorting.
CREATE INDEX recipients_by_area ON recipients (area, id);

-- Who must not get mail, whatever list they are on. By address: it outlives the recipient's row.
CREATE TABLE suppressions (
  address_key TEXT PRIMARY KEY,
  reason      TEXT NOT NULL, -- 'unsubscribed' | 'no-such-user' | 'bounced' | 'complained' | 'manual'
  detail      TEXT, -- the server's or the person's words
  push        TEXT, -- the push that taught us, where there is one
  created_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- A mirror of each push's object, so that a list of pushes is one query. The object is the truth.
CREATE TABLE pushes (
  id          TEXT PRIMARY KEY,
  action      TEXT NOT NULL,
  status      TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL, -- the higher wins: mirrors may arrive out of order
  summary     TEXT NOT NULL -- JSON: what GET /api/pushes/:id answers
) WITHOUT ROWID;
CREATE INDEX pushes_by_age ON pushes (created_at, id);
