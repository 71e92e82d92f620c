import { inject } from "vitest";
import type { Feed, Outcome, Outgoing, RelayConfig, SessionLimits } from "../../../src/transport/transport.ts";
import { RemoteRelay } from "../../relay/remote.ts";
import type { RelayScript } from "../../relay/script.ts";

export const NO_LIMITS: SessionLimits = { beginBefore: Infinity, messageTimeoutMs: 480_000 };

export function relayAt(port: number, parts: Partial<RelayConfig> = {}): RelayConfig {
  const host = "127.0.0.1";
  return { host, port, security: "none", username: "", password: "", ehloName: "client.test", ...parts };
}

/** Mails with the ids 1 to `count`, the nth to user<n>@example.net. */
export function mails(count: number, parts: Partial<Outgoing> = {}): Outgoing[] {
  return Array.from({ length: count }, (_, n) => mail(n + 1, parts));
}

export function mail(id: number, parts: Partial<Outgoing> = {}): Outgoing {
  const content = new TextEncoder().encode(
    `Message-ID: <${id}@example.com>\r\nSubject: ${id}\r\n\r\n.one\r\n..two\r\n`,
  );
  return {
    id,
    from: "news@example.com",
    to: `user${id}@example.net`,
    content,
    eightBit: false,
    envelopeId: null,
    ...parts,
  };
}

/**
 * A feed of these messages. With `room` it gives no more than so many that are not reported yet, and makes the session
 * wait, as the settling of outcomes does.
 */
export class ListFeed implements Feed {
  readonly outcomes = new Map<number, Outcome>();
  readonly #messages: Outgoing[];
  readonly #room: number;
  #out = 0;
  #waiting: (() => void) | null = null;

  constructor(messages: readonly Outgoing[], room = Infinity) {
    this.#messages = [...messages];
    this.#room = room;
  }

  /** Not given to any session yet. */
  get left(): number {
    return this.#messages.length;
  }

  next(): Outgoing | null | Promise<Outgoing | null> {
    if (this.#out < this.#room) return this.#give();
    return new Promise((resolve) => {
      this.#waiting = () => resolve(this.#give());
    });
  }

  report(outcome: Outcome): void {
    if (this.outcomes.has(outcome.id)) throw new Error(`reported twice: ${outcome.id}`);
    this.outcomes.set(outcome.id, outcome);
    this.#out--;
    this.#waiting?.();
    this.#waiting = null;
  }

  /** Outcome by id, as "sent", "550 rcpt" or its kind. */
  get summary(): Record<number, string> {
    return Object.fromEntries([...this.outcomes].map(([id, outcome]) => [id, inWords(outcome)]));
  }

  /** How many there are of each outcome. */
  get counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const words of Object.values(this.summary)) counts[words] = (counts[words] ?? 0) + 1;
    return counts;
  }

  #give(): Outgoing | null {
    const message = this.#messages.shift() ?? null;
    if (message !== null) this.#out++;
    return message;
  }
}

function inWords(outcome: Outcome): string {
  if (outcome.kind !== "answered") return outcome.kind;
  return outcome.reply.code === 250 ? "sent" : `${outcome.reply.code} ${outcome.stage}`;
}

/** A relay of this script, for the time of `use`. */
export async function withRelay<T>(script: RelayScript, use: (relay: RemoteRelay) => Promise<T>): Promise<T> {
  const relay = await RemoteRelay.start(inject("relayControl"), script);
  try {
    return await use(relay);
  } finally {
    await relay.stop();
  }
}
