/** The value at a path of own properties of a JSON value, or undefined. An index is a number. */
export function valueAt(json: unknown, ...path: readonly (string | number)[]): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** The text at a path; null: none, or an empty one. */
export function textAt(json: unknown, ...path: readonly (string | number)[]): string | null {
  const value = valueAt(json, ...path);
  return typeof value === "string" && value !== "" ? value : null;
}

/** The number at a path, or the number that its text spells. */
export function numberAt(json: unknown, ...path: readonly (string | number)[]): number | null {
  const value = valueAt(json, ...path);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && /^\d{1,15}(\.\d+)?$/.test(value) ? Number(value) : null;
}

/** The time at a path of an ISO 8601 text, in epoch milliseconds. */
export function timeAt(json: unknown, ...path: readonly (string | number)[]): number | null {
  const time = Date.parse(textAt(json, ...path) ?? "");
  return Number.isNaN(time) ? null : time;
}

/** The JSON value of a text, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
