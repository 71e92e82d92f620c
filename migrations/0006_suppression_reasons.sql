-- One row for each address and reason: lifting an unsubscribe leaves a bounce in force. The earlier version, while it
-- still runs, reads this table too; its writes fail and are repeated by the new version.
CREATE TABLE suppressions_by_reason (
  address_key TEXT NOT NULL,
  reason      TEXT NOT NULL, -- 'bounced' | 'complained' | 'manual' | 'no-such-user' | 'unsubscribed'
  detail      TEXT, -- the server's or the person's words
  push        TEXT, -- the push and the delivery that caused it, where there are any
  recipient   INTEGER,
  created_at  INTEGER NOT NULL, -- when it happened, epoch milliseconds
  PRIMARY KEY (address_key, reason)
) WITHOUT ROWID;
INSERT INTO suppressions_by_reason (address_key, reason, detail, push, created_at)
  SELECT address_key, reason, detail, push, created_at FROM suppressions;
DROP TABLE suppressions;
ALTER TABLE suppressions_by_reason RENAME TO suppressions;
-- A list by reason: a few complaints among a million unsubscribes.
CREATE INDEX suppressions_reason ON suppressions (reason, address_key);

-- Suppressions taken back: why somebody gets mail again. An event older than this does not suppress again.
CREATE TABLE lifted_suppressions (
  address_key TEXT NOT NULL,
  reason      TEXT NOT NULL,
  detail      TEXT,
  push        TEXT,
  recipient   INTEGER,
  created_at  INTEGER NOT NULL,
  lifted_at   INTEGER NOT NULL,
  lifted_by   TEXT NOT NULL, -- the name of a token, or 'unsubscribe-page'
  PRIMARY KEY (address_key, reason, lifted_at)
) WITHOUT ROWID;
