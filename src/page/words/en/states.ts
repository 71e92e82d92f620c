/** Deliveries' and pushes' states, and the five figures. */
export const states = {
  delivery: {
    pending: "pending",
    queued: "queued",
    sending: "sending",
    deferred: "deferred",
    in_doubt: "in doubt",
    sent: "sent",
    failed: "failed",
    skipped: "skipped",
    cancelled: "cancelled",
    bounced: "bounced",
    complained: "complained",
  },
  push: {
    scheduled: "scheduled",
    running: "running",
    paused: "paused",
    finished: "finished",
    cancelled: "cancelled",
    held: "held",
  },
  figures: {
    success: "success",
    failure: "failure",
    waiting: "waiting",
    inDoubt: "in doubt",
    notSent: "not sent",
  },
  /** The bar for those who do not see it. */
  bar: (parts: string, total: string) => `${parts}, of ${total}`,
  addsUp: "adds up",
  sumOf: (total: string) => `The states add up to all ${total} deliveries of this push`,
  nobody: "Nobody yet",
};
