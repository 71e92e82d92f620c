import { globSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { own } from "../../../src/page/words/zh/own-words.ts";
import { sentencesOf, VALUE } from "./sentences.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** What these say reaches nobody who looks at the page, or not in these words. */
const ELSEWHERE = [
  // What mail servers say, to be told apart.
  "src/core/verdict/**",
  "src/feedback/mail/readers/**",
  // The page has sentences of its own, by code: `reasons`, `advice` and `settings.checks` among its words.
  "src/core/advice.ts",
  "src/config/sender-checks.ts",
  "src/push/canary/canary.ts",
  "src/push/health/{breaker,doubt,returned}.ts",
  "src/push/index/relays.ts",
  "src/push/relay/choose.ts",
  // Told to providers, and to those who send mail here.
  "src/feedback/email.ts",
  "src/feedback/providers/{mailgun,postmark,provider,sendgrid,sns}.ts",
  "src/http/routes/people/feedback.ts",
  // Pages of their own.
  "src/http/{docs,openapi}/**",
  "src/http/problem-codes.ts",
  "src/http/routes/people/unsubscribe.ts",
  "src/http/routes/reference.ts",
  "src/http/unsubscribe-page.ts",
  "src/page/**",
  // Titles of statuses, below which a problem says more.
  "src/http/problem.ts",
  // Names of encodings.
  "src/recipients/files/encoding.ts",
  // SQL.
  "src/push/ledger/schema.ts",
  "src/push/index/deliveries.ts",
  "src/recipients/filter/{range,sql}.ts",
  "src/log/**",
];

/** Pieces of sentences, which are known as wholes. */
const PIECES = [
  "is ¤: expected ¤: a token is appended to them",
  "is ¤: ",
  "is missing: ",
  "a whole number",
  "a number",
  "reserved under the onceKey",
  'has text behind the one that closes it (a " inside quotes is written "")',
  "is never closed",
  "¤: quotes hold lines ¤ to ¤ together, and none of them was read",
  "image has no alt",
  "images have no alt",
  "cid: is of no attachment",
  "cid: are of no attachment",
  "link is not https",
  "links are not https",
  "no event",
  "no reason",
  "white space",
  "no operator",
  "a part",
  "no AUTH",
  "a username is configured (SMTP_USERNAME), and the server offers ¤; ¤ are supported",
  "¤ within ¤ s",
  "¤ within the last ¤ s of this mail's time",
  "no connection",
  "no greeting",
  "no reply to EHLO",
  "no reply to STARTTLS, or no TLS handshake,",
  "no reply to AUTH",
  "no reply to MAIL",
  "no reply to RCPT",
  "no reply to DATA",
  "no reply to the content",
  "its certificate is not valid for ¤ (another name, expired, or an unknown authority)",
  "it refused the handshake with a TLS alert (its own TLS settings, or no common version)",
  "the TLS handshake failed: ¤, or ¤¤",
  "¤ with TLS: nobody listens, or it speaks no TLS there, or ¤, or ¤¤",
];

/** Said to programs alone: the page makes no such call. */
const TO_PROGRAMS = [
  "expected one key, of printable ASCII characters; one with spaces stands in double quotes",
  "this Idempotency-Key belongs to another request",
  "is missing: expected it, or recipient",
  "PUBLIC_URL is not https: mailbox providers ignore unsubscribe links that are not, and count that against you",
  "this ticket is not one for this push, or older than ¤ seconds",
  "this is a WebSocket: send Upgrade: websocket",
  "expected either token or code",
  "an hour is over: connect again",
  "the push is past retention",
  "only ping is answered here",
  "connect again",
];

/** No sentences. */
const OTHER = [
  "not read",
  "asked for",
  "Hello {{ username }}",
  "A part of the address or the username, in any case.",
  "Beijing, paying",
  "Pause a push; a mail in an SMTP transaction is completed",
  "Resume a push",
  "Cancel a push",
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; frame-ancestors 'self'",
  "cid: https:",
  "index index0 rindex rindex0 first last length name row col col0 col_first col_last",
  "%A, %B %-e, %Y at %-l:%M %P %z",
  "sha256 hmac_sha256 where_exp reject_exp group_by_exp has_exp find_exp find_index_exp",
  "where reject has find find_index map sum sort group_by uniq compact",
  "Precedence: bulk",
  "Auto-Submitted: auto-generated",
  "AND due_at IS NULL",
  "(json_array_length(cell.value) > ¤ OR length(cell.value) > ¤)",
  "id, address",
  "id, address, username, area, attributes, created_at, updated_at",
];

/** What may stand where a value is put in, so that sentences within sentences are found. */
const VALUES = ["7", "is in the past", ": is in the past", ""];
/** What stands in front of words that a source holds without it. */
const LEADS = ["", "expected ", "there is no "];

function isKnown(sentence: string): boolean {
  return LEADS.some((lead) => VALUES.some((value) => own(lead + sentence.replaceAll(VALUE, value).trim()) !== null));
}

it("each sentence of the API that may reach the page has Chinese words", () => {
  const skipped = new Set(globSync(ELSEWHERE, { cwd: ROOT }));
  const files = globSync("src/**/*.ts", { cwd: ROOT }).filter((file) => !skipped.has(file));
  expect(files.length).toBeGreaterThan(200);
  const unknown = files.flatMap((file) => sentencesOf(join(ROOT, file)).filter((sentence) => !isKnown(sentence)));
  const left = new Set([...PIECES, ...TO_PROGRAMS, ...OTHER]);
  expect(unknown.filter((sentence) => !left.has(sentence))).toEqual([]);
});

it("a sentence without Chinese words is found, whatever it is put together of", () => {
  const file = join(mkdtempSync(join(tmpdir(), "mailpush-words-")), "new.ts");
  writeFileSync(file, "export const said = (n: number) => (n > 1 ? n + ` gadgets are` : 'one gadget is') + ' amiss';");
  expect(sentencesOf(file)).toEqual(["¤ gadgets are amiss", "one gadget is amiss"]);
  expect(sentencesOf(file).some(isKnown)).toBe(false);
});
