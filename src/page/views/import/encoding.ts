// Which encoding a file without a byte order mark is in. A guess: the reader sees it and may change it.

/** Two-byte encodings, each with the lead and trail bytes of the characters that people write most. */
const TWO_BYTE: readonly {
  readonly encoding: string;
  readonly isUsual: (lead: number, trail: number) => boolean;
  /** Share of usual pairs from which it is taken. */
  readonly from: number;
}[] = [
  // Kana, which stand in every Japanese text.
  {
    encoding: "shift_jis",
    isUsual: (lead, trail) => isKanaOfShiftJis(lead, trail) || isLevelOneOfShiftJis(lead),
    from: 0.9,
  },
  { encoding: "euc-jp", isUsual: (lead, trail) => (lead === 0xa4 || lead === 0xa5) && trail >= 0xa1, from: 0.3 },
  // The 3,755 characters of GB 2312 level 1.
  { encoding: "gb18030", isUsual: (lead, trail) => lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1, from: 0.6 },
  // The 5,401 frequent characters of Big5.
  {
    encoding: "big5",
    isUsual: (lead, trail) => lead >= 0xa4 && lead <= 0xc6 && (trail <= 0x7e || trail >= 0xa1),
    from: 0.6,
  },
  // Hangul stand where GB 2312 has a part of its characters.
  { encoding: "euc-kr", isUsual: (lead, trail) => lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1, from: 0.995 },
];

function isKanaOfShiftJis(lead: number, trail: number): boolean {
  return (lead === 0x82 && trail >= 0x9f && trail <= 0xf1) || (lead === 0x83 && trail >= 0x40 && trail <= 0x96);
}

function isLevelOneOfShiftJis(lead: number): boolean {
  return lead >= 0x88 && lead <= 0x97;
}

/** Fewer pairs than this could be Korean by chance. */
const SURE_PAIRS = 60;

/**
 * The encoding of a text's bytes, from its first one beyond ASCII on, by the name that TextDecoder gives it.
 *
 * @param languages of the reader, the first one first: they decide where bytes alone do not
 */
export function guessEncoding(bytes: Uint8Array, languages: readonly string[]): string {
  const wide = guessUtf16(bytes);
  if (wide !== null) return wide;
  if (isValid("utf-8", bytes)) return "utf-8";
  const readsKorean = languages[0]?.toLowerCase().startsWith("ko") === true;
  const fitting = TWO_BYTE.filter(({ encoding }) => isValid(encoding, bytes))
    .map((one) => ({ ...one, ...usualShare(bytes, one.isUsual) }))
    .filter(({ share, from }) => share >= from);
  const korean = fitting.find(({ encoding, pairs }) => encoding === "euc-kr" && (readsKorean || pairs >= SURE_PAIRS));
  if (korean !== undefined) return korean.encoding;
  const japanese = fitting.find(({ encoding }) => encoding === "euc-jp");
  if (japanese !== undefined) return japanese.encoding;
  const best = fitting.filter(({ encoding }) => encoding !== "euc-kr").toSorted((a, b) => b.share - a.share)[0];
  return best?.encoding ?? guessOneByte(bytes, languages);
}

/** The encoding that a byte order mark names; null: there is none. */
export function markedEncoding(start: Uint8Array): string | null {
  const [a, b, c] = start;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return null;
}

/** A file that is no text at all, by its first bytes. */
export function isWorkbook(start: Uint8Array): boolean {
  const [a, b, c, d] = start;
  return (
    (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04) || (a === 0xd0 && b === 0xcf && c === 0x11 && d === 0xe0)
  );
}

/** ASCII in UTF-16 has a zero in every other byte. */
export function guessUtf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  const looked = bytes.subarray(0, 4_096);
  let even = 0;
  let odd = 0;
  for (const [at, byte] of looked.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  if (even + odd < looked.length / 10) return null;
  return odd > even ? "utf-16le" : "utf-16be";
}

function isValid(encoding: string, bytes: Uint8Array): boolean {
  try {
    // Streaming: the piece may end within a character.
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The share of usual pairs among those that begin with a byte beyond ASCII. */
function usualShare(bytes: Uint8Array, isUsual: (lead: number, trail: number) => boolean) {
  let pairs = 0;
  let usual = 0;
  for (let at = 0; at + 1 < bytes.length; at++) {
    const lead = bytes[at] as number;
    if (lead < 0x80) continue;
    pairs++;
    if (isUsual(lead, bytes[++at] as number)) usual++;
  }
  return { pairs, share: pairs === 0 ? 0 : usual / pairs };
}

/** Words of Cyrillic have many such bytes side by side, words with accents one here and there. */
function guessOneByte(bytes: Uint8Array, languages: readonly string[]): string {
  let high = 0;
  let beside = 0;
  let capitalsOfDos = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) continue;
    high++;
    if ((bytes[at + 1] ?? 0) >= 0x80 || (bytes[at - 1] ?? 0) >= 0x80) beside++;
    if (byte < 0xc0) capitalsOfDos++;
  }
  if (beside > high * 0.8) return capitalsOfDos > high * 0.5 ? "ibm866" : "windows-1251";
  const isCentral = /^(?:cs|hr|hu|pl|ro|sk|sl)\b/i.test(languages[0] ?? "");
  return isCentral ? "windows-1250" : "windows-1252";
}
