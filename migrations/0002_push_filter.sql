-- The filter apart from the summary: it may hold 100 KB, lists leave it out, and it never changes.
ALTER TABLE pushes ADD COLUMN filter TEXT NOT NULL DEFAULT '{}'; -- JSON, as it was given
UPDATE pushes SET filter = coalesce(summary -> '$.filter', '{}'), summary = json_remove(summary, '$.filter');
