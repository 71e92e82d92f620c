-- Email Service's events name a mail by the service's own id alone. Kept for 30 days.
CREATE TABLE sent_messages (
  message_id TEXT PRIMARY KEY,
  push       TEXT NOT NULL,
  recipient  INTEGER NOT NULL,
  sent_at    INTEGER NOT NULL -- epoch milliseconds
) WITHOUT ROWID;
CREATE INDEX sent_messages_by_age ON sent_messages (sent_at);
