import { ENCODINGS } from "../../../recipients/files/encoding.ts";

/** Those that files have most, with the names that people know. */
const KNOWN: readonly (readonly [encoding: string, name: string])[] = [
  ["utf-8", "UTF-8"],
  ["gb18030", "GBK, GB18030"],
  ["big5", "Big5"],
  ["utf-16le", "UTF-16 LE"],
  ["utf-16be", "UTF-16 BE"],
  ["shift_jis", "Shift_JIS"],
  ["euc-jp", "EUC-JP"],
  ["euc-kr", "EUC-KR"],
  ["windows-1252", "Windows-1252, Latin-1"],
  ["windows-1251", "Windows-1251"],
  ["windows-1250", "Windows-1250"],
];

/** GB18030 reads all that GBK has. */
const SAME: ReadonlySet<string> = new Set(["gbk"]);

/** Encodings to choose from, the usual ones first, the one in use among them. */
export function encodingOptions(current: string): readonly (readonly [encoding: string, name: string])[] {
  const usual = new Set(KNOWN.map(([encoding]) => encoding));
  const others = [...ENCODINGS, current].filter((one) => !usual.has(one) && (!SAME.has(one) || one === current));
  return [...KNOWN, ...[...new Set(others)].map((one) => [one, one] as const)];
}
