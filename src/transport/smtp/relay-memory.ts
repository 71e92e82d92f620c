import { createHash } from "node:crypto";
import type { RelayConfig } from "../transport.ts";
import { learn, NOTHING_LEARNED, type Observation, type RelayTraits } from "./relay-traits.ts";

/** Keeps what sessions learn of one relay. */
export class RelayMemory {
  #traits = NOTHING_LEARNED;

  get traits(): RelayTraits {
    return this.#traits;
  }

  learn(seen: Observation): void {
    this.#traits = learn(this.#traits, seen, Date.now());
  }
}

const memories = new Map<string, RelayMemory>();

/** This isolate's memory of a relay, as this user sees it. Lost with the isolate; learning again costs no mail. */
export function memoryOf({ host, port, username }: RelayConfig): RelayMemory {
  const key = createHash("sha256")
    .update(JSON.stringify([host, port, username]))
    .digest("hex");
  const known = memories.get(key);
  if (known !== undefined) return known;
  const memory = new RelayMemory();
  memories.set(key, memory);
  return memory;
}
