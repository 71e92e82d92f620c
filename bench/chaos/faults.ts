import { mulberry32 } from "../../test/relay/rules.ts";
import type { RelayScript, Rule } from "../../test/relay/script.ts";

/** What the relay does to whoever has this fault; the address says which, so that the relay's rules can go by it. */
export interface Fault {
  /** In the address: lower case and hyphens. */
  readonly name: string;
  readonly what: string;
  /** Of all recipients. */
  readonly share: number;
  /** Each speaks once for each recipient: the first at the first attempt that reaches its stage, and so on. */
  readonly acts: readonly Omit<Rule, "name" | "recipient" | "nth">[];
  /** The relay may have taken a mail and the client cannot know. */
  readonly takenUnheard?: true;
}

export const REFUSED = "refused";
/** Refused every time, unlike the others. */
const REFUSAL = "550 5.1.1 nobody of that name here";

const CUT_TAKEN = { stage: "content", end: "drop", taken: true } as const;

/** A recipient has at most one of these: 5 % are refused, 10 % greylisted, 1 % cut off, 1 % stalled. */
export const FAULTS: readonly Fault[] = [
  { name: REFUSED, what: "refused: 550 5.1.1", share: 0.05, acts: [{ stage: "rcpt", reply: REFUSAL }] },
  {
    name: "greylisted",
    what: "greylisted: 451 4.7.1",
    share: 0.1,
    acts: [{ stage: "rcpt", reply: "451 4.7.1 Greylisted, please try again later" }],
  },
  { name: "cut-rcpt", what: "line cut at RCPT", share: 0.002, acts: [{ stage: "rcpt", end: "drop" }] },
  { name: "cut-data", what: "line cut at DATA", share: 0.001, acts: [{ stage: "data", end: "reset" }] },
  { name: "cut-body", what: "line cut in the content", share: 0.002, acts: [{ stage: "body", end: "drop" }] },
  {
    name: "cut-untaken",
    what: "line cut after the final dot, not taken",
    share: 0.002,
    acts: [{ stage: "content", end: "drop" }],
  },
  {
    name: "cut-taken",
    what: "line cut after the final dot, taken",
    share: 0.002,
    acts: [CUT_TAKEN],
    takenUnheard: true,
  },
  {
    name: "cut-taken-twice",
    what: "line cut after the final dot, taken, twice",
    share: 0.001,
    acts: [CUT_TAKEN, CUT_TAKEN],
    takenUnheard: true,
  },
  { name: "stall-rcpt", what: "stalled at RCPT", share: 0.003, acts: [{ stage: "rcpt", stall: true }] },
  { name: "stall-body", what: "stalled in the content", share: 0.002, acts: [{ stage: "body", stall: true }] },
  {
    name: "stall-untaken",
    what: "stalled after the final dot, not taken",
    share: 0.002,
    acts: [{ stage: "content", stall: true }],
  },
  {
    name: "stall-taken",
    what: "stalled after the final dot, taken",
    share: 0.003,
    acts: [{ stage: "content", stall: true, taken: true }],
    takenUnheard: true,
  },
];

/** What happens to a line or a push, whoever's mail it is. */
export const COMMON_FAULTS: readonly (Rule & { name: string; what: string })[] = [
  { name: "cut-greeting", what: "line cut instead of a greeting", stage: "greeting", probability: 0.01, end: "drop" },
  { name: "cut-mail", what: "line reset at MAIL", stage: "mail", probability: 0.001, end: "reset" },
  { name: "throttled", what: "throttled: 450 4.7.1", stage: "rcpt", every: 1_200, reply: "450 4.7.1 rate limited" },
];

export interface Person {
  readonly address: string;
  /** The name of a `Fault`, or null. */
  readonly fault: string | null;
}

/** Whom the push goes to, shuffled: the same people with the same faults for the same seed. */
export function peopleWithFaults(count: number, seed: number): Person[] {
  const faults = FAULTS.flatMap(({ name, share }) => Array<string>(Math.max(1, Math.round(count * share))).fill(name));
  const random = mulberry32(seed);
  const dealt: (string | null)[] = Array.from({ length: count }, (_, index) => faults[index] ?? null);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [dealt[last], dealt[other]] = [dealt[other] ?? null, dealt[last] ?? null];
  }
  // The number first: an import may number people by address, and the same fault in a row trips the breaker.
  return dealt.map((fault, index) => ({ address: `${index + 1}.${fault ?? "reader"}@chaos.example`, fault }));
}

export function chaoticRelay(seed: number): RelayScript {
  const rules = FAULTS.flatMap(({ name, acts }) =>
    acts.map((act) => {
      const rule: Rule = { ...act, name, recipient: `\\.${name}@` };
      return name === REFUSED ? rule : { ...rule, nth: 1, perRecipient: true };
    }),
  );
  return {
    // As Postfix has them.
    capabilities: ["PIPELINING", "SIZE 10240000", "8BITMIME", "CHUNKING"],
    maxRefusalsPerSession: 11,
    // A round trip as on a real line, so that there is always something in flight.
    rttMs: 5,
    rules: [...COMMON_FAULTS, ...rules],
    seed,
    keep: "digest",
  };
}
