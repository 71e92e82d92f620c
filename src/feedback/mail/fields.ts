import { unfold } from "./inbound-mail.ts";

/** A group of fields (RFC 3464 section 2.1): the values of each name in order, names in lower case. */
export type FieldGroup = ReadonlyMap<string, readonly string[]>;

/** A report about this many recipients is none about one of our mails. */
const MAX_GROUPS = 200;

/** The groups of a report: groups are separated by empty lines, what is not a field is left out. */
export function parseFieldGroups(text: string): FieldGroup[] {
  return text
    .split(/\n[ \t]*\n+/, MAX_GROUPS)
    .map(groupOf)
    .filter((group) => group.size > 0);
}

function groupOf(text: string): FieldGroup {
  const group = new Map<string, string[]>();
  for (const line of unfold(text)) {
    const field = /^\s*([A-Za-z][\w-]*)\s*:\s*(.*)$/.exec(line);
    if (field === null) continue;
    const name = (field[1] ?? "").toLowerCase();
    const values = group.get(name);
    if (values === undefined) group.set(name, [(field[2] ?? "").trim()]);
    else values.push((field[2] ?? "").trim());
  }
  return group;
}

/** The first value of a field that is not empty; null: there is none. */
export function field(group: FieldGroup, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = group.get(name)?.find((each) => each !== "");
    if (value !== undefined) return value;
  }
  return null;
}

/** The value of a typed field (RFC 3464 section 2.1.2) without its type: "rfc822; ann@example.org". */
export function withoutType(value: string): string {
  return value.replace(/^[\w.-]*\s*;\s*/, "").trim();
}
