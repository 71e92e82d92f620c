import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Mail } from "maildev";
import { freePort } from "./ports.ts";
import type { SampleRecipient } from "./sample.ts";

/** An SMTP server that delivers nowhere, with a page to look at what it got (maildev). */
export interface Inbox {
  /** The vars under which the Worker sends to it, whatever relay wrangler.toml names. */
  readonly vars: Record<string, string>;
  /** The page. */
  readonly url: string;
  /** All that came, oldest first; decoded. */
  readonly mails: readonly Mail[];
  /** Removes what it kept on disk. The servers end with the process. */
  close(): void;
}

/** Starts the inbox on 127.0.0.1, at maildev's own ports (1025, 1080) if they are free, else at others. */
export async function startInbox(): Promise<Inbox> {
  const { default: MailDev } = await import("maildev");
  const [smtpPort, webPort] = await Promise.all([freePort(1025), freePort(1080)]);
  const directory = mkdtempSync(join(tmpdir(), "mailpush-inbox-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.once("exit", remove);

  const signals = ["SIGINT", "SIGTERM"] as const;
  const ours = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const maildev = new MailDev({
    smtp: smtpPort,
    web: webPort,
    ip: "127.0.0.1",
    silent: true,
    mailDirectory: directory,
  });
  // It would end the process on a signal, and on any SMTP client that drops its line: neither is its to decide.
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!ours.has(listener)) process.off(signal, listener);
  }
  await maildev.listen();
  maildev.smtp.removeAllListeners("error").on("error", () => {});

  const relay = { SMTP_HOST: "127.0.0.1", SMTP_PORT: String(smtpPort) };
  const vars = { ...relay, SMTP_SECURITY: "none", SMTP_USERNAME: "" };
  return { vars, url: `http://127.0.0.1:${webPort}`, mails: maildev.store, close: remove };
}

/**
 * Waits until the inbox has shown nothing new for a moment: it answers 250 before it has parsed the mail, and a mail
 * sent twice would come late.
 */
export async function untilQuiet(inbox: Inbox, quietMs = 500): Promise<void> {
  for (let seen = -1; seen !== inbox.mails.length; ) {
    seen = inbox.mails.length;
    await sleep(quietMs);
  }
}

/** What is wrong with the inbox, in sentences: everyone of `expected` got one mail that names them, and nobody else any. */
export function judgeInbox(mails: readonly Mail[], expected: readonly SampleRecipient[]): string[] {
  const mailsTo = Map.groupBy(mails, (mail) => mail.envelope.to.map((to) => to.address).join(", "));
  const wrong = expected.flatMap(({ address, username }) => {
    const [mail, ...more] = mailsTo.get(address) ?? [];
    mailsTo.delete(address);
    if (mail === undefined) return [`${address} got no mail.`];
    if (more.length > 0) return [`${address} got ${more.length + 1} mails.`];
    return mail.text?.includes(username) ? [] : [`${address} got a mail without their name, ${username}.`];
  });
  return [...wrong, ...mailsTo.keys().map((address) => `${address} got a mail, and should not.`)];
}
