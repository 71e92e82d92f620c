-- Public keys of receipts, kept when RECEIPT_KEY changes: what they signed can still be checked.
CREATE TABLE receipt_keys (
  kid        TEXT PRIMARY KEY, -- RFC 7638
  x          TEXT NOT NULL, -- Ed25519 public key, base64url
  created_at INTEGER NOT NULL
);
