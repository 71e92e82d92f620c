/** What one reply can come to. The twelfth, "in-doubt", is the want of a reply. */
export const VERDICT_CLASSES = [
  "accepted",
  "throttled",
  "greylisted",
  "mailbox-full",
  "transient",
  "no-such-user",
  "blocked-as-spam",
  "too-large",
  "rejected",
  "outage",
  "unauthorised",
] as const;
export type VerdictClass = (typeof VERDICT_CLASSES)[number];
