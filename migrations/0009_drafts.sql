-- What people prepare for pushes. A push takes a copy, so that nothing here changes what is sent.
CREATE TABLE templates (
  id         TEXT NOT NULL,
  version    INTEGER NOT NULL, -- from 1; a version never changes
  name       TEXT,
  kind       TEXT, -- a word of the user's own
  subject    TEXT NOT NULL,
  html       TEXT NOT NULL,
  text       TEXT, -- NULL: made from the html
  created_at INTEGER NOT NULL, -- of this version, epoch milliseconds
  created_by TEXT NOT NULL, -- the name of a token
  PRIMARY KEY (id, version)
);
CREATE TABLE segments (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  filter     TEXT NOT NULL, -- JSON, as it was given
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
