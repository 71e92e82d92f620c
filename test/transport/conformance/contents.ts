import { expect } from "vitest";
import { type Case, inShort, mail, type Trial } from "./trial.ts";

const HEAD = "Subject: a mail\r\n\r\n";
/** What has to arrive byte for byte. */
const AS_IT_IS: Readonly<Record<string, string>> = {
  "dots at line starts": `${HEAD}.\r\n..\r\n...\r\n.a\r\n. \r\n\r\n.\r\nQUIT\r\n`,
  "a dot as the first byte": ".\r\n",
  "a dot at the end of a line": `${HEAD}one.\r\n.\r\n`,
  "commands in the content": `${HEAD}QUIT\r\nRSET\r\nBDAT 3 LAST\r\n`,
  "an empty line alone": "\r\n",
  "bytes above 127": `${HEAD}你好，世界 🎉\r\n`,
};
const MEGABYTES_25 = 25 * 1024 * 1024;

/** What a message is made of goes through as it is, and never ends early. */
export const contents: readonly Case[] = [
  ...Object.entries(AS_IT_IS).map(([title, content]) => ({
    title: `${title} arrive as they are`,
    any: true,
    async run(trial: Trial) {
      const seen = await trial.run({ messages: [mail({ id: 1, content }), mail({ id: 2 })] });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent"]);
      expect(seen.mails[0]?.content).toBe(latin1(content));
    },
  })),
  {
    title: "lines over 998 bytes go through",
    any: true,
    async run(trial) {
      const content = `${HEAD}${"x".repeat(5_000)}\r\n.${"y".repeat(2_000)}\r\n`;
      const seen = await trial.run({ messages: [mail({ id: 1, content })], tolerates: ["long-line"] });
      expect(inShort(seen.outcomes)).toEqual(["sent"]);
      expect(seen.mails[0]?.content).toBe(content);
    },
  },
  ...["\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r\n", "\r.\r", "\n.\r"].map((end) => ({
    title: `${JSON.stringify(end)} smuggles no second message in, and no bare CR or LF leaves`,
    any: true,
    async run(trial: Trial) {
      const second = `MAIL FROM:<admin@example.org>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nboo\r\n.\r\n`;
      const messages = [mail({ id: 1, content: `${HEAD}one${end}${second}` }), mail({ id: 2 })];
      // The relay complains of every bare CR and LF.
      const seen = await trial.run({ messages });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent"]);
      expect(seen.mails.map(({ to }) => to)).toEqual([["r1@example.com"], ["r2@example.com"]]);
    },
  })),
  {
    title: "a content that does not end its last line",
    any: true,
    async run(trial) {
      const seen = await trial.run({ messages: [mail({ id: 1, content: `${HEAD}the end` }), mail({ id: 2 })] });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent"]);
      expect(seen.mails[0]?.content).toBe(`${HEAD}the end\r\n`);
    },
  },
  {
    title: "a message of 25 MB",
    any: true,
    async run(trial) {
      const content = large();
      const seen = await trial.run({
        messages: [mail({ id: 1, content }), mail({ id: 2 })],
        script: { keep: "digest" },
      });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent"]);
      expect(seen.mails[0]).toMatchObject({ size: content.length, hash: await sha1(content) });
    },
  },
  {
    title: "a tail that messages share follows each of their starts",
    any: true,
    async run(trial) {
      const tail = new TextEncoder().encode(`--part\r\n${"dGhlIHRhaWw=\r\n".repeat(30_000)}--part--\r\n`);
      // The first start does not end its last line, and has a line to be stuffed.
      const starts = [`${HEAD}.one`, `${HEAD}two\r\n`];
      const messages = starts.map((content, at) => ({ ...mail({ id: at + 1, content }), tail }));
      const seen = await trial.run({ messages: [...messages, mail({ id: 3 })] });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent", "sent"]);
      const ends = new TextDecoder().decode(tail);
      expect(seen.mails[0]?.content).toBe(`${HEAD}.one\r\n${ends}`);
      expect(seen.mails[1]?.content).toBe(`${HEAD}two\r\n${ends}`);
    },
  },
  {
    title: "a message that its tail makes larger than the server's SIZE is not offered to it",
    async run(trial) {
      const tail = new TextEncoder().encode("x\r\n".repeat(1_000));
      const messages = [{ ...mail({ id: 1 }), tail }, mail({ id: 2 })];
      const seen = await trial.run({ script: { capabilities: ["SIZE 2000"] }, messages });
      expect(inShort(seen.outcomes)).toEqual(["unsendable", "sent"]);
    },
  },
  {
    title: "a message over the server's SIZE is not offered to it, and the others are",
    async run(trial) {
      const script = { capabilities: ["SIZE 2000"] };
      const messages = [mail({ id: 1, content: `${HEAD}${"x\r\n".repeat(1_000)}` }), mail({ id: 2 })];
      const seen = await trial.run({ script, messages });
      expect(inShort(seen.outcomes)).toEqual(["unsendable", "sent"]);
      expect(seen.summary.commands.MAIL).toBe(1);
    },
  },
];

/** Lines of 76 bytes, one in three begins with a dot. */
function large(): Uint8Array {
  const lines = [`.${"a".repeat(75)}\r\n`, `${"b".repeat(76)}\r\n`, `${"c".repeat(76)}\r\n`];
  const text = lines.join("").repeat(Math.ceil(MEGABYTES_25 / 234));
  return new TextEncoder().encode(text);
}

async function sha1(bytes: Uint8Array): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-1", bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function latin1(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
