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
  if (own !== null) return <span class="words own">{own}</span>;
  return (
    <code class="words" lang={languageOf(text)}>
      {text}
    </code>
  );
}

/** For voices that read it: as far as letters tell. undefined: as the page around it. */
function languageOf(text: string): string | undefined {
  if (/\p{Script=Han}/u.test(text)) return "zh";
  return /[A-Za-z]/.test(text) ? "en" : undefined;
}
