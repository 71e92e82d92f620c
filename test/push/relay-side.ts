import type { Ledger } from "../../src/push/ledger/ledger.ts";
import type { Limits } from "../../src/push/limits.ts";
import { dueReports, noAnswer, takeAnswer } from "../../src/push/relay/reporting.ts";
import { receive } from "../../src/relay/grant.ts";
import { noSenders } from "../../src/relay/senders.ts";
import { freshState, type RelayLimits, type RelayState } from "../../src/relay/state.ts";

/** The relays of a push by their real decisions, without their objects: every report is answered at once. */
export class RelaySide {
  readonly limits: RelayLimits;
  /** No report is answered. */
  silent = false;
  readonly #now: number;
  readonly #states = new Map<string, RelayState>();
  readonly #senders = new Map<string, ReturnType<typeof noSenders>>();

  constructor(now: number, limits: Partial<RelayLimits> = {}) {
    this.#now = now;
    this.limits = { perSecond: null, quotas: [], maxSessions: null, backoffScale: 1, ...limits };
  }

  state(relay = "default"): RelayState {
    return this.#states.get(relay) ?? freshState(this.limits, this.#now);
  }

  answer(ledger: Ledger, limits: Limits, now: number, claiming = 0): void {
    for (let asking = due(ledger, limits, now, claiming); asking; asking = due(ledger, limits, now, claiming)) {
      if (this.silent) {
        noAnswer(ledger, limits, asking.relay, now);
        continue;
      }
      const senders = this.#senders.get(asking.relay) ?? noSenders();
      this.#senders.set(asking.relay, senders);
      const { report } = asking;
      const answering = { report, senders, limits: this.limits, freshFrom: 0, random: limits.random, now };
      const { state, answer } = receive(this.state(asking.relay), answering);
      this.#states.set(asking.relay, state);
      takeAnswer(ledger, limits, asking, answer, now);
    }
  }
}

function due(ledger: Ledger, limits: Limits, now: number, claiming: number) {
  return dueReports(ledger, limits, now, claiming)[0];
}
