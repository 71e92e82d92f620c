const CR = 13;
const LF = 10;
const DOT = 46;

/**
 * The content as it may go over the line: every line ends in CRLF, the last one too (RFC 5321 section 2.3.8). A bare CR
 * or LF becomes CRLF, since servers that read one as a line end can be made to see a second message in it. Content that
 * is already so, and it should be, is given back as it is.
 */
export function canonical(content: Uint8Array): Uint8Array {
  const bare = bareLineEnds(content);
  const unfinished = content.length > 0 && content[content.length - 1] !== LF && content[content.length - 1] !== CR;
  if (bare === 0 && !unfinished) return content;
  const line = new Uint8Array(content.length + bare + (unfinished ? 2 : 0));
  let end = 0;
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] as number;
    if (byte !== CR && byte !== LF) {
      line[end++] = byte;
      continue;
    }
    if (byte === CR && content[at + 1] === LF) at++;
    line[end++] = CR;
    line[end++] = LF;
  }
  if (unfinished) line.set([CR, LF], end);
  return line;
}

/** How many line ends are a CR or an LF alone; each of them grows by a byte. */
function bareLineEnds(content: Uint8Array): number {
  let bare = 0;
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] as number;
    if (byte > CR) continue;
    if (byte === CR && content[at + 1] === LF) at++;
    else if (byte === CR || byte === LF) bare++;
  }
  return bare;
}

/**
 * The content for DATA (RFC 5321 section 4.5.2): a line that starts with a dot gets a second one. Expects what
 * `canonical` gives, and gives the same bytes back where no line starts with a dot. The final dot is not included.
 */
export function dotStuffed(content: Uint8Array): Uint8Array {
  const dots = leadingDots(content);
  if (dots.length === 0) return content;
  const stuffed = new Uint8Array(content.length + dots.length);
  let from = 0;
  let end = 0;
  for (const dot of dots) {
    stuffed.set(content.subarray(from, dot), end);
    end += dot - from;
    stuffed[end++] = DOT;
    from = dot;
  }
  stuffed.set(content.subarray(from), end);
  return stuffed;
}

function leadingDots(content: Uint8Array): number[] {
  const dots = content[0] === DOT ? [0] : [];
  for (let at = content.indexOf(DOT, 1); at !== -1; at = content.indexOf(DOT, at + 1)) {
    if (content[at - 1] === LF) dots.push(at);
  }
  return dots;
}
