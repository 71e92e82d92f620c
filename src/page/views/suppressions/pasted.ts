/** What is taken out of pasted text. */
export interface Pasted {
  /** Each once, in the order of the text. */
  readonly addresses: readonly string[];
  /** Lines in which no address was found, the first few. */
  readonly unread: readonly { readonly line: number; readonly text: string }[];
  readonly unreadCount: number;
}

const ENTRIES = /[,;，；、]/;
const IN_BRACKETS = /<\s*([^<>\s]+@[^<>\s]+)\s*>/g;
const AROUND = /[\s<>"'()]+/;
const MOST_UNREAD = 5;

/** Addresses from lines, lists and "Ann <ann@example.com>", however they are separated. The API checks each. */
export function pastedAddresses(text: string): Pasted {
  const found = new Map<string, string>();
  const unread: { line: number; text: string }[] = [];
  let unreadCount = 0;
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    if (line.trim() === "") continue;
    const addresses = line.split(ENTRIES).flatMap(addressesOf);
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

/** Of a name with an address in brackets the address; a name may hold an @ too. */
function addressesOf(entry: string): string[] {
  const bracketed = [...entry.matchAll(IN_BRACKETS)].map(([, address = ""]) => address);
  const found = bracketed.length > 0 ? bracketed : entry.split(AROUND).filter((part) => part.includes("@"));
  return found.map((one) => one.replace(/^mailto:/i, ""));
}
