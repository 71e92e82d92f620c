import type { Action, RelayStage, Rule } from "./script.ts";

/** What a rule can look at. */
export interface Occasion {
  session: number;
  sender: string;
  recipients: readonly string[];
}

/** Picks the rule that speaks, counting as it goes. */
export class Rules {
  /** Of each rule with a name, how often it spoke. */
  readonly acted = new Map<string, number>();
  private readonly byStage = new Map<RelayStage, Watched[]>();
  private readonly random: () => number;

  constructor(rules: readonly Rule[], seed: number) {
    this.random = mulberry32(seed);
    for (const rule of rules) {
      const watched = this.byStage.get(rule.stage) ?? [];
      watched.push(new Watched(rule));
      this.byStage.set(rule.stage, watched);
    }
  }

  /** The action of the first rule that matches. Rules behind it do not count this occasion. */
  pick(stage: RelayStage, occasion: Occasion): Action | null {
    for (const watched of this.byStage.get(stage) ?? []) {
      if (!watched.matches(occasion, this.random)) continue;
      const { name } = watched.rule;
      if (name !== undefined) this.acted.set(name, (this.acted.get(name) ?? 0) + 1);
      return watched.rule;
    }
    return null;
  }
}

class Watched {
  readonly rule: Rule;
  private readonly recipient: RegExp | null;
  private readonly sender: RegExp | null;
  private readonly seen = new Map<string, number>();

  constructor(rule: Rule) {
    this.rule = rule;
    this.recipient = rule.recipient === undefined ? null : new RegExp(rule.recipient, "i");
    this.sender = rule.sender === undefined ? null : new RegExp(rule.sender, "i");
  }

  matches(occasion: Occasion, random: () => number): boolean {
    const { rule, recipient } = this;
    if (rule.session !== undefined && rule.session !== occasion.session) return false;
    if (recipient && !occasion.recipients.some((address) => recipient.test(address))) return false;
    if (this.sender && !this.sender.test(occasion.sender)) return false;
    const session = rule.perSession ? occasion.session : "";
    const count = this.count(`${session} ${rule.perRecipient ? occasion.recipients.join() : ""}`);
    if (rule.nth !== undefined && count !== rule.nth) return false;
    if (rule.every !== undefined && count % rule.every !== 0) return false;
    if (rule.from !== undefined && count < rule.from) return false;
    return rule.probability === undefined || random() < rule.probability;
  }

  private count(key: string): number {
    const count = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, count);
    return count;
  }
}

/** A small seeded generator of numbers in [0, 1), so that a chaotic run can be run again. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
