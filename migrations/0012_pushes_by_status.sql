-- The few pushes that are held, or run, among many that have ended.
CREATE INDEX pushes_by_status ON pushes (status, id);
