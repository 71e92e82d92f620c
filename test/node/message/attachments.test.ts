import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { expect, it } from "vitest";
import { type Attachment, checkFilename } from "../../../src/message/attachments/attachment.ts";
import { tailOf } from "../../../src/message/attachments/tail.ts";
import { boundariesFor, compose, prepareMime } from "../../../src/message/mime/mime.ts";
import { faults, hostileText, lines, words } from "../../message/wire.ts";

const KEY = "key";
const SETTINGS = { publicUrl: "https://a.example", inbound: null, ownReturnPaths: true, httpLinks: true };

/** A mail as it is transmitted. */
function mailWith(
  files: readonly Attachment[],
  html: string,
  text: string,
  headers: { name: string; value: string }[],
) {
  const plan = prepareMime(
    { push: "p", from: "News <news@example.com>", replyTo: null, list: true },
    { ...SETTINGS, signingKey: KEY },
    tailOf(files, boundariesFor("p", KEY)),
  );
  if (!plan.ok) throw new Error(plan.error);
  const rendered = { subject: "Files", html, text, headers };
  const composed = compose(plan.value, { id: 1, address: "bo@example.com", username: "Bo" }, rendered, 0);
  if (!composed.ok) throw new Error(composed.error);
  const { content, tail = new Uint8Array() } = composed.value;
  return Buffer.concat([content, tail]);
}

const name = fc
  .oneof(
    hostileText,
    fc.constantFrom("a.pdf", "报告（终）.pdf", `${"Übersicht ".repeat(12)}.xlsx`, 'say "hi".txt', "100%'.txt"),
  )
  .map((text) => (checkFilename(text) === null ? text : `file-${words(text).length}.bin`));
const file = fc.record({
  filename: name,
  contentType: fc.constantFrom("application/pdf", "image/png", "text/plain; charset=utf-8", "application/octet-stream"),
  bytes: fc.uint8Array({ maxLength: 300 }),
});
/** None, some or all of them inline; a text that is inline would be one more body. */
const files = fc.array(fc.tuple(file, fc.boolean()), { maxLength: 4 }).map((all) =>
  all.map(([one, inline], n): Attachment => {
    const asInline = { contentType: "image/png", contentId: `cid.${n}@example.com` };
    return { ...one, ...(inline ? asInline : { contentId: null }) };
  }),
);
const headers = fc.array(
  fc.record({ name: fc.constant("X-Campaign"), value: hostileText.filter((text) => words(text) !== "") }),
  {
    maxLength: 1,
  },
);
const mail = fc.record({ files, headers, html: hostileText, text: hostileText });

/** In the order of a mail: inline ones first. */
function inOrder(all: readonly Attachment[]): Attachment[] {
  return [...all.filter(({ contentId }) => contentId !== null), ...all.filter(({ contentId }) => contentId === null)];
}

it("mailparser reads every file, its name and its id", async () => {
  await fc.assert(
    fc.asyncProperty(mail, async ({ files: given, headers: own, html, text }) => {
      const wire = mailWith(given, html, text, own);
      expect(faults(wire)).toEqual([]);
      const parsed = await simpleParser(wire, { skipHtmlToText: true, skipTextToHtml: true, keepCidLinks: true });
      expect(lines(parsed.html || "")).toBe(lines(html));
      if (text.trim() !== "") expect(lines(parsed.text ?? "")).toBe(lines(text));
      const seen = parsed.attachments.map(({ filename, content, cid = null, contentDisposition }) => {
        return { filename, bytes: [...content], cid, contentDisposition };
      });
      expect(seen).toEqual(
        inOrder(given).map(({ filename, bytes, contentId }) => ({
          filename,
          bytes: [...bytes],
          cid: contentId,
          contentDisposition: contentId === null ? "attachment" : "inline",
        })),
      );
    }),
    { numRuns: 300 },
  );
});

/** Reads mails in base64, one a line; writes for each what it is made of, and Python's own complaints. */
const PYTHON = `
import base64, email, json, sys
from email import policy
def walk(part):
    found = [str(d) for d in part.defects]
    for value in part.values():
        found += [str(d) for d in value.defects]
    return found + [d for inner in (part.iter_parts() if part.is_multipart() else []) for d in walk(inner)]
for line in sys.stdin:
    mail = email.message_from_bytes(base64.b64decode(line), policy=policy.default)
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    files = [part for part in leaves if part.get_content_disposition() is not None]
    print(json.dumps({
        "types": [part.get_content_type() for part in mail.walk() if part.is_multipart()],
        "campaign": str(mail["x-campaign"] or ""),
        "html": mail.get_body(("html",)).get_content(),
        "files": [{
            "filename": part.get_filename(),
            "contentType": part.get_content_type(),
            "contentId": part["content-id"] and str(part["content-id"])[1:-1],
            "disposition": part.get_content_disposition(),
            "bytes": base64.b64encode(part.get_payload(decode=True)).decode(),
        } for part in files],
        "defects": walk(mail),
    }))
`;
const hasPython = spawnSync("python3", ["--version"]).status === 0;

it.skipIf(!hasPython)(
  "Python's email package reads the same, and the headers of one's own, and finds no defect",
  () => {
    const samples = fc.sample(mail, { numRuns: 200, seed: 13 });
    const wires = samples.map(({ files: given, headers: own, html, text }) => mailWith(given, html, text, own));
    const input = wires.map((wire) => `${wire.toString("base64")}\n`).join("");
    const { stdout, stderr } = spawnSync("python3", ["-c", PYTHON], {
      input,
      encoding: "utf8",
      maxBuffer: 100_000_000,
    });
    expect(stderr).toBe("");
    const seen = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(seen.length).toBe(samples.length);
    for (const [at, { files: given, headers: own, html, text }] of samples.entries()) {
      const related = given.some(({ contentId }) => contentId !== null);
      const mixed = given.some(({ contentId }) => contentId === null);
      const root = text.trim() === "" ? [] : ["multipart/alternative"];
      expect(seen[at].types).toEqual([
        ...(mixed ? ["multipart/mixed"] : []),
        ...(related ? ["multipart/related"] : []),
        ...root,
      ]);
      expect(lines(seen[at].html)).toBe(lines(html));
      expect(seen[at].files).toEqual(
        inOrder(given).map(({ filename, contentType, contentId, bytes }) => ({
          filename,
          contentType: contentType.split(";")[0],
          contentId,
          disposition: contentId === null ? "attachment" : "inline",
          bytes: Buffer.from(bytes).toString("base64"),
        })),
      );
      expect(words(seen[at].campaign)).toBe(words(own[0]?.value ?? ""));
      expect(seen[at].defects).toEqual([]);
    }
  },
);
