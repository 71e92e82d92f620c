/** What is taken out of pasted text. */
export interface Pasted {
  /** Each once, in the order of the text. */
  readonly addresses: readonly string[];
  /** Lines in which no address was found, the first few. */
  readonly unread: readonly { readonly line: number; readonly text: string }[];
  readonly unreadCount: number;
}

const IN_BRACKETS = /<([^<>\s]+@[^<>\s]+)>/g;
const SEPARATORS = /[\s,;，；、<>"()]+/;
const MOST_UNREAD = 5;

/** Addresses from lines, lists and "Ann <ann@example.com>", however they are separated. The API checks each. */
export function pastedAddresses(text: string): Pasted {
  const found = new Map<string, string>();
  const unread: { line: number; text: string }[] = [];
  let unreadCount = 0;
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    if (line.trim() === "") continue;
    const bracketed = [...line.matchAll(IN_BRACKETS)].map(([, address = ""]) => address);
    const rest = bracketed.length > 0 ? [] : line.split(SEPARATORS).filter((part) => part.includes("@"));
    const addresses = [...bracketed, ...rest].map((one) => one.replace(/^mailto:/i, ""));
    if (addresses.length === 0) {
      unreadCount++;
      if (unread.length < MOST_UNREAD) unread.push({ line: index + 1, text: line.trim() });
    }
    for (const address of addresses) {
      const key = address.toLowerCase();
      if (!found.has(key)) found.set(key, address);
    }
  }
  return { addresses: [...found.values()], unread, unreadCount };
}
