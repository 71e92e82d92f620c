/**
 * A mailbox in running text. Bounded, so that a text without an @ costs no more than its length. Chinese and Japanese
 * texts put their own punctuation around it, without spaces.
 */
export const ADDRESS =
  /(?:"[^"\n]{1,64}"|[^\s<>()[\]"',;:@|=\u3000-\u301f\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]{1,64}(?:=[^\s<>()[\]"',;:@|\u3000-\u301f\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]{1,64})?)@[^\s<>()[\]"',;:@|\u3000-\u301f\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]{1,255}/;

/** The address in a field or a header: "<ann@example.org>", "Ann <ann@example.org>", "@relay:ann@example.org". */
export function addressIn(value: string): string | null {
  const found = /<([^<>\s]+@[^<>\s]+)>/.exec(value.slice(0, 1_000))?.[1] ?? ADDRESS.exec(value.slice(0, 1_000))?.[0];
  return found === undefined ? null : trimmed(found.replace(/^.*:(?=[^:]+@)/, ""));
}

/** All the addresses in a text, each once. */
export function addressesIn(text: string): string[] {
  const found = [...text.matchAll(new RegExp(ADDRESS, "g"))].map(([address]) => trimmed(address));
  return [...new Map(found.map((address) => [address.toLowerCase(), address])).values()];
}

/** Without the punctuation of the sentence that the address stands in, and without its type in an X.400 address. */
export function trimmed(address: string): string {
  return address.replace(/[.!?،。、]+$/u, "").replace(/^(smtp|rfc-?822)=(?=[^@=])/i, "");
}

export function isSameAddress(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}
