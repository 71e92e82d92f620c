-- An undo lifts what its unsubscribe made, also for an address that the recipient has had in between.
CREATE INDEX suppressions_unsubscribed ON suppressions (recipient) WHERE reason = 'unsubscribed' AND recipient IS NOT NULL;
