import { DurableObject } from "cloudflare:workers";
import { Register } from "./register.ts";
import type { GiveBackRequest, ReserveAnswer, ReserveRequest } from "./rpc.ts";

/**
 * One `onceKey`: who of its people belongs to which push, so that of all pushes under the key one alone mails each
 * person. Consumers ask it once for each claim; pushes give back whom they did not mail. It calls nobody.
 */
export class Once extends DurableObject<Env> {
  readonly #register: Register;
  #isArmed = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#register = new Register(ctx.storage);
    ctx.blockConcurrencyWhile(async () => {
      this.#isArmed = (await ctx.storage.getAlarm()) !== null;
      this.#arm();
    });
  }

  /** Null: the request came too late, and nobody was reserved. Safe to repeat. */
  async reserve(request: ReserveRequest): Promise<ReserveAnswer | null> {
    const answer = this.#register.reserve(request, Date.now());
    this.#arm();
    return answer;
  }

  /** Frees the people of deliveries that ended without a mail. Safe to repeat, at any later time. */
  async giveBack(request: GiveBackRequest): Promise<void> {
    this.#register.giveBack(request);
  }

  /** Forgets an erased recipient. Safe to repeat. */
  async erase(recipient: number, person: string): Promise<void> {
    this.#register.erase(recipient, person);
  }

  override async alarm(): Promise<void> {
    this.#isArmed = false;
    const endsAt = this.#register.endsAt;
    if (endsAt !== null && endsAt <= Date.now()) await this.#register.delete();
    this.#arm();
  }

  /** The key may be used again before the alarm, which then moves. */
  #arm(): void {
    const { endsAt } = this.#register;
    if (this.#isArmed || endsAt === null) return;
    this.#isArmed = true;
    void this.ctx.storage.setAlarm(endsAt);
  }
}
