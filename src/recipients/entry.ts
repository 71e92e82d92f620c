import { err, ok, type Result } from "../core/result.ts";
import { addressKey, checkAddress } from "./address.ts";
import { checkAttributes } from "./attributes.ts";

/** A recipient as given, checked and ready to store; absent fields are empty. */
export interface Entry {
  readonly address: string;
  readonly key: string;
  readonly username: string;
  readonly area: string;
  /** The text of a JSON object. */
  readonly attributes: string;
}

const FIELDS: readonly string[] = ["address", "username", "area", "attributes"];
const MAX_LABEL_CHARACTERS = 256;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the regex refuses them
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** Checks one `{address, username?, area?, attributes?}`. The error names the field and the fault. */
export function checkEntry(input: unknown): Result<Entry> {
  const given = checkFields(input);
  if (!given.ok) return given;
  const { address, key, username = "", area = "", attributes = "{}" } = given.value;
  if (address === undefined || key === undefined) return err("address is missing");
  return ok({ address, key, username, area, attributes });
}

/** Checks a change of an existing recipient; absent fields stay unchanged. */
export function checkFields(input: unknown): Result<Partial<Entry>> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return err("expected an object {address, username, area, attributes}");
  }
  const given = input as Record<string, unknown>;
  const unknownField = Object.keys(given).find((name) => !FIELDS.includes(name));
  if (unknownField !== undefined) {
    return err(`unknown field ${JSON.stringify(unknownField.slice(0, 64))}: expected ${FIELDS.join(", ")}`);
  }
  const fields: { -readonly [Name in keyof Entry]?: Entry[Name] } = {};
  if (given.address !== undefined) {
    if (typeof given.address !== "string") return err("address: expected a string");
    const address = checkAddress(given.address);
    if (!address.ok) return err(`address: ${address.error}`);
    fields.address = address.value;
    fields.key = addressKey(address.value);
  }
  for (const name of ["username", "area"] as const) {
    if (given[name] === undefined) continue;
    const problem = labelProblem(given[name]);
    if (problem !== null) return err(`${name}: ${problem}`);
    fields[name] = given[name] as string;
  }
  if (given.attributes !== undefined) {
    const attributes = checkAttributes(given.attributes);
    if (!attributes.ok) return attributes;
    fields.attributes = attributes.value;
  }
  return ok(fields);
}

/** Why a value is not a valid username or area; null if it is. */
export function labelProblem(value: unknown): string | null {
  if (typeof value !== "string") return "expected a string";
  if (value.length > MAX_LABEL_CHARACTERS) return `longer than ${MAX_LABEL_CHARACTERS} characters`;
  if (CONTROL.test(value) || !value.isWellFormed()) return "holds a line break or another control character";
  return null;
}
