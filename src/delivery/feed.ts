import type { Outcome } from "../push/rpc.ts";
import type * as transport from "../transport/transport.ts";
import type { Feed, Outgoing } from "../transport/transport.ts";
import { judge } from "./settle/judge.ts";
import type { Unsettled } from "./settle/settler.ts";
import type { Work } from "./work.ts";

/** Maximum in flight plus unsettled per session: the most that a crash leaves in doubt. */
export const SESSION_GROUP = 25;

/** A session waiting for its send time asks the ledger this often: a pause takes effect within a second. */
const PULSE_MS = 500;

/** A mail that the transport has. */
interface InFlight {
  readonly address: string;
  readonly bytes: number;
}

/** The feed of one session: takes mails from the shared list and counts unsettled outcomes. */
export class SessionFeed implements Feed, Unsettled {
  readonly #work: Work;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #given: number[] = [];
  readonly #untried = new Set<number>();
  #unsettled = 0;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(work: Work) {
    this.#work = work;
  }

  next(): Outgoing | null | Promise<Outgoing | null> {
    for (;;) {
      if (this.#ended || !this.#work.mayBegin() || this.#work.remaining === 0) return null;
      if (this.#mustSettleFirst()) return this.#afterSettle();
      if (this.#work.mustCheck) return this.#afterCheck();
      const wait = this.#work.waitMs();
      if (wait > 0) return this.#afterDelay(wait);
      const composed = this.#work.compose();
      if (composed === null) return this.#afterRoom();
      if (composed.kind === "mail") {
        const { id, to, content } = composed.mail;
        this.#inFlight.set(id, { address: to, bytes: content.length });
        this.#given.push(id);
        return composed.mail;
      }
      this.#work.isFailing = true;
      this.#report(composed.outcome);
    }
  }

  report(seen: transport.Outcome): void {
    if (this.#ended) return; // already reported as in doubt
    const mail = this.#inFlight.get(seen.id);
    if (mail === undefined) throw new Error(`transport reported ${seen.id} without having it`);
    this.#inFlight.delete(seen.id);
    this.#work.plan.allowance.free(mail.bytes);
    if (seen.kind === "untried") {
      this.#untried.add(seen.id);
      // An untried mail frees room. Wake a waiting session: no settle may be outstanding to do so.
      this.#wake?.();
      return;
    }
    if (seen.kind === "unsendable" && seen.cause === "size") {
      this.#work.oversized.add({ id: seen.id, reason: seen.reason, address: mail.address });
      this.#wake?.();
      return;
    }
    if (seen.kind === "answered") this.#work.oversized.otherFits();
    const outcome = judge(seen, mail.address);
    if (seen.kind === "unsendable" || seen.kind === "in_doubt") this.#work.isFailing = true;
    this.#work.hear(outcome);
    this.#report(outcome);
  }

  settled(): void {
    this.#unsettled--;
    this.#wake?.();
  }

  /** After the session: returns untried mails to the shared list; mails never reported are in doubt. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
    this.#work.returnToList(this.#untriedInOrder());
    const lost = [...this.#inFlight];
    this.#inFlight.clear();
    for (const [id, { address, bytes }] of lost) {
      this.#work.plan.allowance.free(bytes);
      this.#report({
        id,
        kind: "in_doubt",
        class: "in-doubt",
        reply: "never reported by the transport",
        address,
        attempt: 0,
      });
    }
  }

  /**
   * Resolves when all outcomes of an ended session are settled. After a doubt no other session begins before: it might
   * leave the next mails in doubt, and the ledger may say stop.
   */
  async untilSettled(): Promise<void> {
    while (this.#unsettled > 0) await this.#settlement();
  }

  get firstUntried(): number | null {
    return this.#untriedInOrder()[0] ?? null;
  }

  /** Untried ids in the order given; reports may arrive in another order. */
  #untriedInOrder(): number[] {
    return this.#given.filter((id) => this.#untried.has(id));
  }

  /**
   * True: no room, or a mail is to be alone, or mails fail without a reply of the relay to wait for; a whole claim could,
   * before a stop.
   */
  #mustSettleFirst(): boolean {
    const isOne = this.#work.isFailing || this.#work.isAlone(this.#inFlight.keys());
    return this.#inFlight.size + this.#unsettled >= (isOne ? 1 : SESSION_GROUP);
  }

  #report(outcome: Outcome): void {
    this.#unsettled++;
    this.#work.plan.settler.report(outcome, this);
    // The session waits for room: settle a small group now rather than a second later.
    const flushNow = this.#unsettled >= SESSION_GROUP / 2 || this.#inFlight.size === 0;
    if (this.#wake !== null && flushNow) this.#work.plan.settler.flush();
  }

  /** Waits for this mail's send time in steps: between them the ledger may say stop. */
  async #afterDelay(wait: number): Promise<Outgoing | null> {
    await sleep(Math.min(wait, PULSE_MS));
    if (wait > PULSE_MS) await this.#work.check();
    return this.next();
  }

  async #afterCheck(): Promise<Outgoing | null> {
    await this.#work.check();
    return this.next();
  }

  async #afterRoom(): Promise<Outgoing | null> {
    await this.#work.plan.allowance.room();
    return this.next();
  }

  async #settlement(): Promise<void> {
    this.#work.plan.settler.flush();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }

  async #afterSettle(): Promise<Outgoing | null> {
    await this.#settlement();
    return this.next();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
