import { type Emitter, toValue } from "liquidjs";

/** Collects the output of nodes; each piece is charged before it is stored. */
export class BoundedEmitter implements Emitter {
  buffer = "";
  readonly #charge: (text: string) => void;

  constructor(charge: (text: string) => void) {
    this.#charge = charge;
  }

  write(value: unknown): void {
    const text = textOf(value);
    this.#charge(text);
    this.buffer += text;
  }
}

/** A value as Liquid prints it: nothing for nil, arrays without separators. */
export function textOf(value: unknown): string {
  const plain = toValue(value);
  if (typeof plain === "string") return plain;
  if (plain === null || plain === undefined) return "";
  if (Array.isArray(plain)) return plain.map(textOf).join("");
  return String(plain);
}
