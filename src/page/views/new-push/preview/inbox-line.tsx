import { Card } from "../../../parts/card.tsx";
import { words } from "../../../words/dictionary.ts";
import { splitPreheader } from "../message/preheader.ts";
import type { Preview } from "./use-preview.ts";

interface Props {
  readonly preview: Preview | undefined;
  /** `Name <address>`. */
  readonly from: string;
  /** As rendered for this person; empty: the mail's first words stand there. */
  readonly hasPreheader: boolean;
}

const MAX_CHARACTERS = 140;
/** Of the html, for its first words. */
const LOOKED_AT = 20_000;

/** From, subject and the words after it, below each other, as a phone lists the mail. */
export function InboxLine({ preview, from, hasPreheader }: Props) {
  const w = words().compose;
  return (
    <Card title={w.inbox.title}>
      <p class="inbox-line">
        <strong>{senderOf(from)}</strong>
        {preview === undefined ? (
          <span class="dim">{w.inbox.empty}</span>
        ) : (
          <>
            <span>{preview.subject}</span>
            <span class="dim">{hasPreheader ? preheaderOf(preview.html) : firstWords(preview)}</span>
          </>
        )}
      </p>
    </Card>
  );
}

/** The name of `Name <address>`, else the address. */
export function senderOf(mailbox: string): string {
  const name = /^\s*"?([^"<]*?)"?\s*</.exec(mailbox)?.[1];
  return name || mailbox.replace(/[<>]/g, "").trim();
}

/** What follows the subject. Not by the browser's parser: it would report the mail's styles to the page's policy. */
function preheaderOf(html: string): string {
  return oneLine(decoded(splitPreheader(html).preheader));
}

function firstWords({ text, html }: Preview): string {
  // Inboxes take the html's words, where it has some; the text has addresses of links among its words.
  return oneLine(decoded(textOf(html))) || oneLine(text.slice(0, LOOKED_AT));
}

/** What ends a part of an html that nobody reads, by how it begins. */
const UNSEEN: readonly (readonly [begin: RegExp, end: RegExp])[] = [
  [/^<style\b/i, /<\/style[^>]*>/gi],
  [/^<title\b/i, /<\/title[^>]*>/gi],
  [/^<script\b/i, /<\/script[^>]*>/gi],
  [/^<!--/, /-->/g],
];
const ANY_TAG = />/g;

/** The first words between the tags of an html, in one way through it, whatever it is. */
function textOf(html: string): string {
  let text = "";
  for (let at = 0; text.length < MAX_CHARACTERS; ) {
    const tag = html.indexOf("<", at);
    text += `${oneLine(html.slice(at, tag < 0 ? undefined : tag))} `.trimStart();
    if (tag < 0) break;
    const start = html.slice(tag, tag + 8);
    const end = UNSEEN.find(([begin]) => begin.test(start))?.[1] ?? ANY_TAG;
    end.lastIndex = tag;
    if (!end.test(html)) break;
    at = end.lastIndex;
  }
  return text;
}

/** The entities that values of recipients come with, and the most frequent others. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|(lt|gt|quot|nbsp|amp));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? (NAMED[name] ?? "") : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
  );
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', nbsp: " ", amp: "&" };

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, MAX_CHARACTERS);
}
