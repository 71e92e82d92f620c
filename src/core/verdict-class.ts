/** The classes of a reply. "in-doubt" is not one: it means that no reply came. */
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
