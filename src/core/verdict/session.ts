import { ENVELOPE, OPENING, type VerdictRow } from "./row.ts";
import * as wording from "./wording.ts";

/** Acceptance, and what is said before a session stands or about its credentials. */
export const SESSION_ROWS: readonly VerdictRow[] = [
  {
    class: "accepted",
    when: { codes: ["2xx"], stages: ["content"] },
    sample: "250 2.0.0 Ok: queued as 4XyZ12",
    stage: "content",
  },

  // ── No session ──
  {
    class: "outage",
    when: { codes: ["4xx", "5xx"], stages: OPENING },
    sample: "554 5.3.2 No SMTP service here",
    stage: "greeting",
  },
  {
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ["auth"] },
    sample: "526 Authentication failure[0006]",
    stage: "auth",
  },
  {
    class: "outage",
    when: { codes: ["4xx"], stages: ["auth"] },
    sample: "454 4.7.0 Temporary authentication failure",
    stage: "auth",
  },
  {
    class: "unauthorised",
    when: { codes: ["530", "534", "535", "538"], stages: ENVELOPE, not: [wording.ACCOUNT_QUOTA, wording.TOO_LARGE] },
    sample: "530 5.7.0 Must issue a STARTTLS command first",
    stage: "mail",
  },
];
