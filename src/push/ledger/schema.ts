/**
 * The tables of one push's object. Append-only: a migration that has run anywhere is never edited.
 *
 * | table     | holds                                     | until                                   |
 * |-----------|-------------------------------------------|-----------------------------------------|
 * | push      | one row: the push and its progress        | retention ends                          |
 * | content   | one row: the message; immutable once sent | retention ends                          |
 * | attachment| the files of each mail, whose bytes stand | retention ends                          |
 * |           | in pieces in attachment_piece             |                                         |
 * | tally     | one row: deliveries by state              | retention ends                          |
 * | delivery  | the ledger: one row per recipient         | retention ends                          |
 * | release   | ids put on the queue together             | their stale time, or the push's end     |
 * | claim     | ids that one consumer claimed together    | retention ends (a settle may come late) |
 * | retry     | selections to requeue in chunks           | all are requeued, a cancel              |
 * | suppress  | addresses to suppress, not yet in D1      | D1 has them; uncertain: a trip, a retry |
 * | story     | past states and events of deliveries that | retention ends                          |
 * |           | were not simply sent; at most 50 each     |                                         |
 * | erased    | recipients whose address must not return  | retention ends                          |
 * | suspect   | deliveries whose refusal stopped the push | a retry, or retention ends              |
 * | request   | results of the last commands              | a hundred later commands                |
 * | steering  | who did what to the push                  | twenty later actions of its kind        |
 * | origin    | the stored template and segment it took   | retention ends                          |
 * | once      | the onceKey that it shares, if any        | retention ends                          |
 * | give_back | deliveries whose people others may mail   | the key's object knows                  |
 * | pace      | outcomes so far, at some hundred times    | retention ends                          |
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE push (
    id                 TEXT NOT NULL,
    action             TEXT NOT NULL,
    filter             TEXT NOT NULL, -- JSON, as it was given
    expected           INTEGER NOT NULL,
    created_at         INTEGER NOT NULL, -- epoch milliseconds, like every time here
    send_at            INTEGER,
    expires_in_seconds INTEGER NOT NULL,
    rate               REAL, -- asked for, mails per second
    in_doubt           TEXT NOT NULL, -- 'resend' | 'hold'
    status             TEXT NOT NULL,
    reason             TEXT, -- why it is paused
    started_at         INTEGER,
    finished_at        INTEGER,
    paused_at          INTEGER,
    expires_at         INTEGER, -- moves by the time it was paused
    snapshot_cursor    INTEGER NOT NULL DEFAULT 0,
    snapshot_bound     INTEGER, -- the highest recipient's id when the snapshot began
    snapshot_done      INTEGER NOT NULL DEFAULT 0,
    release_cursor     INTEGER NOT NULL DEFAULT 0, -- fresh pending rows have a greater id
    swept_claim        INTEGER NOT NULL DEFAULT 0, -- leases up to this claim were looked at
    window             INTEGER NOT NULL,
    learned            TEXT NOT NULL, -- JSON: see learned.ts
    mirror_version     INTEGER NOT NULL DEFAULT 0,
    mirrored_at        INTEGER NOT NULL DEFAULT 0,
    unmirrored         INTEGER NOT NULL DEFAULT 1 -- something has changed since
  );
  CREATE TABLE content (
    subject  TEXT NOT NULL,
    html     TEXT NOT NULL,
    text     TEXT,
    sender   TEXT NOT NULL,
    reply_to TEXT
  );
  CREATE TABLE tally (
    pending    INTEGER NOT NULL DEFAULT 0,
    queued     INTEGER NOT NULL DEFAULT 0,
    sending    INTEGER NOT NULL DEFAULT 0,
    deferred   INTEGER NOT NULL DEFAULT 0,
    in_doubt   INTEGER NOT NULL DEFAULT 0,
    sent       INTEGER NOT NULL DEFAULT 0,
    failed     INTEGER NOT NULL DEFAULT 0,
    skipped    INTEGER NOT NULL DEFAULT 0,
    cancelled  INTEGER NOT NULL DEFAULT 0,
    bounced    INTEGER NOT NULL DEFAULT 0,
    complained INTEGER NOT NULL DEFAULT 0
  );
  INSERT INTO tally DEFAULT VALUES;

  CREATE TABLE delivery (
    id         INTEGER PRIMARY KEY, -- the recipient's id in D1
    address    TEXT NOT NULL, -- where it went, or would have gone when the snapshot was taken
    state      TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    release    INTEGER NOT NULL DEFAULT 0,
    claim      INTEGER NOT NULL DEFAULT 0, -- the claim that holds it, or held it last
    attempts   INTEGER NOT NULL DEFAULT 0, -- times that the relay answered for this recipient
    doubts     INTEGER NOT NULL DEFAULT 0,
    stales     INTEGER NOT NULL DEFAULT 0, -- times that the queue forgot it
    deaths     INTEGER NOT NULL DEFAULT 0, -- times that it came back as a dead letter
    due_at     INTEGER, -- set only while something is to happen to it at a time: see the index
    class      TEXT,
    reply      TEXT
  );
  -- Partial, on exceptional rows only: an index entry costs as much as a row, and most mail is sent at once.
  CREATE INDEX delivery_due ON delivery (state, due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX delivery_exceptional ON delivery (state)
    WHERE state IN ('deferred', 'in_doubt', 'failed', 'skipped', 'bounced', 'complained');

  CREATE TABLE release (
    n        INTEGER PRIMARY KEY AUTOINCREMENT,
    stale_at INTEGER NOT NULL,
    ids      TEXT NOT NULL -- JSON array
  );
  CREATE INDEX release_stale ON release (stale_at);

  CREATE TABLE claim (
    n           INTEGER PRIMARY KEY AUTOINCREMENT,
    token       TEXT NOT NULL UNIQUE,
    lease_until INTEGER NOT NULL,
    granted     TEXT NOT NULL, -- JSON array of ids
    answer      TEXT NOT NULL -- JSON: the same token gets the same answer
  );

  CREATE TABLE suppress (
    id      INTEGER PRIMARY KEY, -- the delivery that taught us
    address TEXT NOT NULL,
    detail  TEXT
  );
  `,
  `
  CREATE TABLE stopper (
    id   INTEGER PRIMARY KEY, -- the delivery
    sent INTEGER NOT NULL -- how many had been sent when it last stopped the push
  );
  `,
  // Clearer names. Fields inside the JSON columns `health` and `answer` are renamed too.
  `
  ALTER TABLE push RENAME COLUMN learned TO health;
  ALTER TABLE delivery RENAME COLUMN stales TO redeliveries;
  ALTER TABLE delivery RENAME COLUMN deaths TO dead_letters;
  ALTER TABLE stopper RENAME TO suspect;
  UPDATE push SET health = replace(replace(health, '"knee":', '"ceiling":'), '"nextSlotAt":', '"nextFreeAt":');
  UPDATE claim SET answer = replace(answer, '"pace":', '"sendTimes":');
  `,
  `
  CREATE TABLE request (
    n      INTEGER PRIMARY KEY AUTOINCREMENT,
    id     TEXT NOT NULL UNIQUE, -- random, made by the caller
    result TEXT NOT NULL -- JSON: a repeat gets the same result
  );
  `,
  "ALTER TABLE push ADD COLUMN expected_is_estimate INTEGER NOT NULL DEFAULT 0",
  `
  CREATE TABLE retry (
    n        INTEGER PRIMARY KEY AUTOINCREMENT,
    asked_at INTEGER NOT NULL, -- no row that changed later
    state    TEXT NOT NULL,
    class    TEXT, -- NULL: any
    ids      TEXT, -- JSON array; NULL: all
    cursor   INTEGER NOT NULL DEFAULT 0 -- rows up to this id are done
  );
  -- A look over the deferred rows that takes several steps: its position, and when the next look may begin.
  ALTER TABLE push ADD COLUMN deferred_due INTEGER;
  ALTER TABLE push ADD COLUMN deferred_id INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE push ADD COLUMN deferred_from INTEGER NOT NULL DEFAULT 0;
  -- The breaker was clear: a trip, a resume or a retry does not drop it.
  ALTER TABLE suppress ADD COLUMN certain INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE steering (
    n      INTEGER PRIMARY KEY AUTOINCREMENT, -- 1: the creation, but for pushes of earlier versions
    action TEXT NOT NULL,
    by     TEXT NOT NULL, -- the token's name
    at     INTEGER NOT NULL
  );
  `,
  `
  -- 0: an unsubscribe does not stop it.
  ALTER TABLE content ADD COLUMN list INTEGER NOT NULL DEFAULT 1;
  -- The name of the signing key that the push began with.
  ALTER TABLE content ADD COLUMN signed_with TEXT;
  `,
  // What came back. A mail that is sent at once and never heard of again has no row in the table story.
  `
  CREATE TABLE story (
    delivery INTEGER NOT NULL,
    event    TEXT NOT NULL, -- the event's id, or the state's name and time: the same one is kept once
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL, -- a state that the row has left, or an event's kind
    source   TEXT, -- the way an event came; NULL: a state
    status   TEXT,
    class    TEXT,
    words    TEXT,
    PRIMARY KEY (delivery, event)
  ) WITHOUT ROWID;
  ALTER TABLE claim ADD COLUMN at INTEGER; -- NULL: an earlier version made it
  ALTER TABLE push ADD COLUMN unsubscribed INTEGER NOT NULL DEFAULT 0; -- deliveries
  ALTER TABLE push ADD COLUMN returned TEXT NOT NULL DEFAULT '{"fromClaim":0,"taken":0,"bounced":0,"complained":0}';
  -- A bounce's note, and when it happened; it waits for a person or the push's end, not for the breaker of refusals.
  ALTER TABLE suppress ADD COLUMN bounced INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE suppress ADD COLUMN at INTEGER;
  `,
  `
  CREATE TABLE erased (id INTEGER PRIMARY KEY); -- recipients, also of no delivery yet
  ALTER TABLE delivery ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- At most one row: the stored parts that the push took.
  CREATE TABLE origin (template TEXT, version INTEGER, segment TEXT);
  `,
  `
  -- The relays that the push may use, a JSON array of ids; NULL: all. A claim goes by one, under its epoch then.
  ALTER TABLE push ADD COLUMN relays TEXT;
  ALTER TABLE push ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal';
  ALTER TABLE claim ADD COLUMN relay TEXT NOT NULL DEFAULT 'default';
  ALTER TABLE claim ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
  `,
  "ALTER TABLE push ADD COLUMN content_version INTEGER NOT NULL DEFAULT 1", // rises with each change while it is held
  `
  ALTER TABLE content ADD COLUMN headers TEXT NOT NULL DEFAULT '{}'; -- JSON: templates by name
  CREATE TABLE attachment (
    n            INTEGER PRIMARY KEY, -- from 0
    filename     TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content_id   TEXT, -- NULL: not shown by the html
    size         INTEGER NOT NULL -- bytes
  );
  -- A value holds 2 MB.
  CREATE TABLE attachment_piece (
    attachment INTEGER NOT NULL,
    start      INTEGER NOT NULL, -- offset in the file
    bytes      BLOB NOT NULL,
    PRIMARY KEY (attachment, start)
  );
  `,
  `
  -- At most one row: see give-back.ts.
  CREATE TABLE once (
    key            TEXT NOT NULL,
    mac_key        TEXT NOT NULL,
    give_back_from INTEGER NOT NULL DEFAULT 0 -- not before: the key's object did not answer
  );
  CREATE TABLE give_back (
    n        INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order of at
    delivery INTEGER NOT NULL,
    at       INTEGER NOT NULL
  );
  `,
  `
  CREATE TABLE pace (
    n    INTEGER PRIMARY KEY AUTOINCREMENT,
    at   INTEGER NOT NULL,
    done INTEGER NOT NULL, -- deliveries that the relay has answered for
    rate REAL -- the limit in force, mails per second; NULL: none
  );
  `,
  "ALTER TABLE push ADD COLUMN canary TEXT", // JSON: see canary.ts; NULL: none
  "ALTER TABLE push ADD COLUMN reason_detail TEXT", // JSON: see reason.ts; NULL: no reason, or one of an earlier version
];

/** Whether this object has tables: false before `create` and after retention. */
export function hasTables(sql: SqlStorage): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").toArray().length > 0;
}

/** Migrates the tables to the newest version; throws if they are newer. Call where nothing else can run. */
export function migrate(storage: DurableObjectStorage): void {
  const { sql } = storage;
  sql.exec("CREATE TABLE IF NOT EXISTS migration (n INTEGER PRIMARY KEY)");
  const done = sql.exec<{ n: number }>("SELECT coalesce(max(n), 0) AS n FROM migration").one().n;
  if (done > MIGRATIONS.length) {
    throw new Error(
      `this object's tables are at version ${done}, this code knows ${MIGRATIONS.length}: a newer deployment has run here`,
    );
  }
  for (let n = done + 1; n <= MIGRATIONS.length; n++) {
    storage.transactionSync(() => {
      sql.exec(MIGRATIONS[n - 1] as string);
      sql.exec("INSERT INTO migration (n) VALUES (?1)", n);
    });
  }
}

/** The exact condition of the index `delivery_exceptional`, and its states. */
export const EXCEPTIONAL = "state IN ('deferred', 'in_doubt', 'failed', 'skipped', 'bounced', 'complained')";
export const EXCEPTIONAL_STATES: ReadonlySet<string> = new Set([
  "deferred",
  "in_doubt",
  "failed",
  "skipped",
  "bounced",
  "complained",
]);
