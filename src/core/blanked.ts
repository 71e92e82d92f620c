/**
 * JSON with an address taken out of each text that names it, in any case. The texts stay, so that a filter keeps its
 * conditions: without one it could select everybody.
 */
export function blanked(json: string, address: string): string {
  // Some texts are JSON themselves: there a quoted local part has backslashes.
  const escaped = JSON.stringify(address).slice(1, -1);
  const pattern = new RegExp([address, escaped].map(literal).join("|"), "giu");
  return JSON.stringify(JSON.parse(json), (_key, value) => {
    return typeof value === "string" ? value.replace(pattern, ERASED) : value;
  });
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Selects nobody (RFC 2606). */
export const ERASED = "erased@erased.invalid";
