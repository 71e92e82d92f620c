-- People who were erased. Ids are never given twice; no later event about one of these writes an address.
CREATE TABLE erasures (
  recipient INTEGER PRIMARY KEY,
  erased_at INTEGER NOT NULL
);
-- Their suppressions, without the address: a hash that only this database can compute.
CREATE TABLE erased_suppressions (
  hash       TEXT NOT NULL, -- HMAC-SHA-256 of the address key
  reason     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (hash, reason)
) WITHOUT ROWID;
-- One row, never changed: with another key the hashes would be worthless.
CREATE TABLE erasure_key (key TEXT NOT NULL);
INSERT INTO erasure_key (key) VALUES (lower(hex(randomblob(32))));
