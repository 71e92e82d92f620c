/**
 * JSON with an address taken out of each text that names it, in any case. The texts stay, so that a filter keeps its
 * conditions: without one it could select everybody.
 */
export function blanked(json: string, address: string): string {
  const pattern = new RegExp(address.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  return JSON.stringify(JSON.parse(json), (_key, value) => {
    return typeof value === "string" ? value.replace(pattern, ERASED) : value;
  });
}

/** Selects nobody (RFC 2606). */
const ERASED = "erased@erased.invalid";
