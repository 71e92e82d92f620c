import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Mail } from "maildev";
import { freePort } from "./ports.ts";
import type { SampleRecipient } from "./sample.ts";

/** An SMTP server that delivers nowhere, with a web page of the received mails (maildev). */
export interface Inbox {
  /** Vars that make the Worker send to this inbox; they override the relay in wrangler.toml. Its page is told where it is. */
  readonly vars: Record<string, string>;
  /** URL of the web page. */
  readonly url: string;
  /** All received mails, oldest first, decoded. */
  readonly mails: readonly Mail[];
  /** Removes its files. The servers end with the process. */
  close(): void;
}

/** Starts the inbox on 127.0.0.1, on maildev's default ports (1025, 1080) if free, else on others. */
export async function startInbox(): Promise<Inbox> {
  const { default: MailDev } = await import("maildev");
  const [smtpPort, webPort] = await Promise.all([freePort(1025), freePort(1080)]);
  const directory = mkdtempSync(join(tmpdir(), "mailpush-inbox-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.once("exit", remove);

  const signals = ["SIGINT", "SIGTERM"] as const;
  const ownListeners = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const maildev = new MailDev({
    smtp: smtpPort,
    web: webPort,
    ip: "127.0.0.1",
    silent: true,
    mailDirectory: directory,
  });
  // maildev ends the process on a signal and on any hang-up of an SMTP client: remove its handlers for both.
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!ownListeners.has(listener)) process.off(signal, listener);
  }
  await maildev.listen();
  maildev.smtp.removeAllListeners("error").on("error", () => {});

  // RELAYS would come before it.
  const relay = { RELAYS: "", SMTP_HOST: "127.0.0.1", SMTP_PORT: String(smtpPort) };
  const url = `http://127.0.0.1:${webPort}`;
  const vars = { ...relay, SMTP_SECURITY: "none", SMTP_USERNAME: "", LOCAL_INBOX: url };
  return { vars, url, mails: maildev.store, close: remove };
}

/**
 * Waits until no mail has arrived for `quietMs`: maildev replies 250 before it has parsed the mail, and a duplicate
 * would arrive late.
 */
export async function untilQuiet(inbox: Inbox, quietMs = 500): Promise<void> {
  for (let seen = -1; seen !== inbox.mails.length; ) {
    seen = inbox.mails.length;
    await sleep(quietMs);
  }
}

/** Errors as sentences: each of `expected` must get exactly one mail with their name, nobody else any. */
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
