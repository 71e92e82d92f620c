/** The encodings of https://encoding.spec.whatwg.org that a file may have, by name. Their other labels work as well. */
export const ENCODINGS: readonly string[] = (
  "utf-8 utf-16le utf-16be gbk gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr ibm866 iso-8859-2 iso-8859-3 iso-8859-4 " +
  "iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-8-i iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 " +
  "iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 " +
  "windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic"
).split(" ");

/** The name of the encoding with this label (latin1 is windows-1252), or null if there is none. */
export function encodingNamed(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

const BYTE_ORDER_MARKS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];
const LONGEST_MARK = 3;
const PIECE_CHARACTERS = 64 * 1024;

/** A piece of a decoded file. */
export interface Piece {
  readonly text: string;
  readonly last: boolean;
  readonly encoding: string;
}

/**
 * Decodes a stream into large pieces; bytes that the encoding does not have become U+FFFD. A byte order mark decides on
 * the encoding, then `named`, then it is UTF-8.
 */
export async function* decoded(body: ReadableStream<Uint8Array>, named: string | null): AsyncGenerator<Piece> {
  let decoder: TextDecoder | null = null;
  let start = new Uint8Array();
  let text = "";
  // The caller may still drain the body.
  for await (const bytes of body.values({ preventCancel: true })) {
    let next = bytes;
    if (decoder === null) {
      // A chunk may be a single byte of the mark.
      start = joined(start, bytes);
      if (start.length < LONGEST_MARK) continue;
      decoder = decoderFor(start, named);
      next = start;
    }
    text += decoder.decode(next, { stream: true });
    if (text.length < PIECE_CHARACTERS) continue;
    yield { text, last: false, encoding: decoder.encoding };
    text = "";
  }
  const rest = decoder === null ? start : new Uint8Array();
  decoder ??= decoderFor(start, named);
  yield { text: text + decoder.decode(rest), last: true, encoding: decoder.encoding };
}

function decoderFor(start: Uint8Array, named: string | null): TextDecoder {
  const mark = BYTE_ORDER_MARKS.find(([, bytes]) => bytes.every((byte, at) => start[at] === byte));
  return new TextDecoder(mark?.[0] ?? named ?? "utf-8");
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
