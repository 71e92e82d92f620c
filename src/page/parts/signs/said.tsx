import { ownWords } from "../../words/dictionary.ts";

/** mailpush's own words in the reader's language; a server's as they are. */
export function said(text: string): string {
  return ownWords(text) ?? text;
}

/** As `said`, of a fault and where it is. */
export function saidAt({ path, message }: { readonly path: string; readonly message: string }): string {
  return said(`${path}: ${message}`);
}

/** What was said of a mail, a row or a call: a server's words as they are, mailpush's own in the reader's language. */
export function Said({ children: text }: { readonly children: string }) {
  const own = ownWords(text);
  return own === null ? <code class="words">{text}</code> : <span class="words own">{own}</span>;
}
