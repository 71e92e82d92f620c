const FIELDS = ["address", "username", "area", "attributes"] as const;

/** A refusal in the API's words, and the field that it is about; null: none of them. */
export interface Fault {
  readonly field: (typeof FIELDS)[number] | null;
  readonly words: string;
}

/** Of "address: the address has no @" the field is told by the beginning, and "the address has no @" is left. */
export function faultOf(reason: string): Fault {
  const field = FIELDS.find((name) => [": ", " ", "."].some((end) => reason.startsWith(name + end))) ?? null;
  const isPrefix = field !== null && reason.startsWith(`${field}: `);
  return { field, words: isPrefix ? reason.slice(field.length + 2) : reason };
}
