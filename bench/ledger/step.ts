/** What the bench's object does at one call. */
export type Step = "snapshot" | "end-snapshot" | "release" | "deliver" | "status";

/** Rows that statements have written and read, as Cloudflare bills them: index entries count. */
export interface RowCounts {
  readonly written: number;
  readonly read: number;
}

/** What one call did: how long it took by the object's own clock, the rows it took where they were counted. */
export interface StepReport {
  readonly ms: number;
  readonly rows: RowCounts | null;
  /** The object's database. */
  readonly bytes: number;
}

export const FEEDBACK_KINDS = ["bounced", "full", "complained", "unsubscribed", "delivered", "delayed"] as const;
/** `full`: a bounce that suppresses nobody. */
export type FeedbackKind = (typeof FEEDBACK_KINDS)[number];
