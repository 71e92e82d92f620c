import { type Secrecy, withoutSecrets } from "./redact.ts";

/** Characters of one field: the platform cuts a long log, and one field must not cost the others. */
const MAX_FIELD = 16_000;
const MAX_VALUES = 1_000;
const MAX_DEPTH = 6;
/** Fields whose value is a secret, whatever it looks like. */
const SECRET_FIELD = /(?:token|secret|password|authori[sz]ation|cookie|signature|api.?key|signing.?key)$/i;
/**
 * Characters that JSON leaves as they are, and that end a line, steer a terminal or turn the order of what is shown:
 * C1 controls, line separators, bidirectional marks, invisible ones.
 */
const UNPRINTABLE =
  /[\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * One line of JSON, of printable characters, without addresses and secrets. Fields may hold anything, also what came
 * from outside: keys too. Never throws.
 */
export function logLine(fields: Readonly<Record<string, unknown>>, secrecy: Secrecy): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const texts = given.map(
    ([name, value]) => `${JSON.stringify(withoutSecrets(name, secrecy))}:${fieldText(name, value, secrecy)}`,
  );
  return `{${texts.join(",")}}`.replace(UNPRINTABLE, escaped);
}

function fieldText(name: string, value: unknown, secrecy: Secrecy): string {
  let text: string;
  try {
    text = JSON.stringify(clean(name, value, secrecy, 0)) ?? "null";
  } catch {
    // A getter of the value has thrown.
    return '"not readable"';
  }
  return text.length <= MAX_FIELD ? text : JSON.stringify(`left out: ${text.length} characters`);
}

function clean(name: string, value: unknown, secrecy: Secrecy, depth: number): unknown {
  if (typeof value === "string" && SECRET_FIELD.test(name)) return "[secret]";
  if (typeof value === "string") return withoutSecrets(value, secrecy);
  if (typeof value === "bigint" || value instanceof Error) return withoutSecrets(String(value), secrecy);
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_DEPTH) return "…";
  if (Array.isArray(value)) return value.slice(0, MAX_VALUES).map((one) => clean(name, one, secrecy, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_VALUES)
      .map(([key, one]) => [withoutSecrets(key, secrecy), clean(key, one, secrecy, depth + 1)]),
  );
}

function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
