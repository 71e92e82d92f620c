/**
 * Sentences that the API says in English, as they are in another language; `{name}` stands for what differs, and each
 * name on the right stands on the left. `{fault}` is itself one of the sentences; `{said}` is put in that language where it
 * is one; `{word}` has no space, and `{words}` are such with commas between. The first one that matches counts.
 */
export type OwnWords = readonly (readonly [english: string, other: string])[];

/** Gives mailpush's own words in a reader's language; null: they are a server's, or nobody has put them in that language. */
export type Translate = (words: string) => string | null;

/** "address: ", "$.filter.area: ", "rcpt: ": where it is wrong. */
const PLACE = /^([^:\n]{1,160}): (.+)$/s;
/** A mail server's reply begins with its code. */
const REPLY = /^[2-5]\d\d\b/;
/** Longer ones are no sentences of ours. */
const MAX_CHARACTERS = 2_000;
const MAX_PLACES = 3;
/** The first of several faults. */
const MORE = /^(.+) \(and (\d+) more\)$/s;

/**
 * @param placeOf puts what stands in front of a sentence, such as where it is wrong, in that language
 * @param more puts the number of further faults behind the first
 */
export function translator(
  sentences: OwnWords,
  placeOf: (place: string) => string,
  more: (first: string, count: string) => string,
): Translate {
  const known = sentences.map(([english, other]) => ({ ...patternOf(english), other }));
  const whole = (text: string, left: number): string | null => {
    for (const { pattern, names, other } of known) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const values = new Map(names.map((name, at) => [name, found[at + 1] ?? ""]));
      const { fault, said } = Object.fromEntries(values);
      if (left === 0 && (fault ?? said) !== undefined) continue;
      const inner = fault === undefined ? "" : placed(fault, left - 1);
      if (inner === null) continue;
      values.set("fault", inner);
      if (said !== undefined) values.set("said", placed(said, left - 1) ?? said);
      return other.replace(/\{(\w+)\}/g, (written, name: string) => values.get(name) ?? written);
    }
    return null;
  };
  const placed = (text: string, left = MAX_PLACES): string | null => {
    const said = whole(text, left);
    if (said !== null || left === 0) return said;
    const [, place = "", rest = ""] = PLACE.exec(text) ?? [];
    const inner = rest === "" ? null : placed(rest, left - 1);
    return inner === null ? null : `${placeOf(place)}：${inner}`;
  };
  return (text) => {
    if (REPLY.test(text) || text.length > MAX_CHARACTERS) return null;
    const said = placed(text);
    if (said !== null) return said;
    const [, first = "", count = ""] = MORE.exec(text) ?? [];
    const inner = first === "" ? null : placed(first);
    return inner === null ? null : more(inner, count);
  };
}

const FORMS: Readonly<Record<string, string>> = {
  count: "(\\d[\\d,]*)",
  word: "([^\\s,]+)",
  words: "([^\\s,]+(?:, [^\\s,]+)*)",
};

function patternOf(english: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names: string[] = [];
  const parts = english.split(/\{(\w+)\}/).map((part, at) => {
    if (at % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    names.push(part);
    return FORMS[part] ?? "(.+?)";
  });
  return { pattern: new RegExp(`^${parts.join("")}$`, "s"), names };
}
