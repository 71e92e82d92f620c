import type { RelayScript } from "./script.ts";

/** What a relay refuses for the moment: addresses it has not seen long enough, and more than it takes a second. */
export class Gate {
  private readonly firstSeen = new Map<string, number>();
  private readonly script: RelayScript;
  private tokens: number;
  private filledAt = Date.now();

  constructor(script: RelayScript) {
    this.script = script;
    this.tokens = this.burst();
  }

  /** The refusal for this recipient now, or null. */
  refusal(address: string, now: number): string | null {
    return this.greylisted(address, now) ?? this.limited(now);
  }

  private greylisted(address: string, now: number): string | null {
    const { greylist } = this.script;
    if (!greylist) return null;
    const since = this.firstSeen.get(address);
    if (since === undefined) this.firstSeen.set(address, now);
    if (since !== undefined && now - since >= greylist.afterMs) return null;
    return "451 4.7.1 Greylisted, please try again later";
  }

  private limited(now: number): string | null {
    const { rateLimit } = this.script;
    if (!rateLimit) return null;
    this.tokens = Math.min(this.burst(), this.tokens + ((now - this.filledAt) / 1_000) * rateLimit.perSecond);
    this.filledAt = now;
    if (this.tokens < 1) return rateLimit.reply ?? "450 4.7.1 rate limited";
    this.tokens -= 1;
    return null;
  }

  private burst(): number {
    const { rateLimit } = this.script;
    return rateLimit ? (rateLimit.burst ?? Math.max(1, Math.ceil(rateLimit.perSecond / 10))) : 0;
  }
}
