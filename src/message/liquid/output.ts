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

/**
 * A value as Liquid prints it: nothing for nil, arrays without separators. Throws for what has no text that a reader
 * should see: an object ("[object Object]"), the result of a division by zero ("Infinity", "NaN").
 */
export function textOf(value: unknown): string {
  const plain = toValue(value);
  if (typeof plain === "string") return plain;
  if (plain === null || plain === undefined) return "";
  if (Array.isArray(plain)) return plain.map(textOf).join("");
  if (typeof plain === "object") throw new Error("it prints an object: name one of its values, or use | json");
  if (typeof plain === "number" && !Number.isFinite(plain)) throw new Error(`it prints ${plain}, which is no number`);
  return String(plain);
}
