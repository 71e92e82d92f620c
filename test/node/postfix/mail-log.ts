/** One SMTP session, by the line with which smtpd ends it. */
export interface LoggedSession {
  /** The name of the smtpd: see SERVICES. */
  readonly service: string;
  /** How often each command was accepted: "bdat" to 250. */
  readonly commands: Readonly<Record<string, number>>;
}

/** What Postfix says it did. */
export interface MailLog {
  /** Address to how many mails were delivered to it. */
  readonly sent: ReadonlyMap<string, number>;
  /** Mails taken that are still in its queue. */
  readonly waiting: number;
  /** One for each mail taken. */
  readonly messageIds: readonly string[];
  readonly sessions: readonly LoggedSession[];
  /** How many TLS handshakes each smtpd has seen through. */
  readonly handshakes: Readonly<Record<string, number>>;
  /** Refusals and warnings, and clients cut off, word for word. */
  readonly complaints: readonly string[];
}

const LINE = /^\w{3} +\d+ [\d:]{8} \S+ ([\w-]+)\/([\w-]+)\[\d+\]: (.*)$/;
const COMPLAINT = /^(warning|error|fatal|panic|improper|too many|lost connection|timeout)|: reject: /;
/** About the machine's clocks, a second apart now and then: nothing that a client does. */
const CLOCKS = /^warning: (file system clock is|resetting file time stamps)/;

export function readLog(text: string): MailLog {
  const sent = new Map<string, number>();
  const queue = new Set<string>();
  const messageIds: string[] = [];
  const sessions: LoggedSession[] = [];
  const handshakes: Record<string, number> = {};
  const complaints: string[] = [];
  for (const line of text.split("\n")) {
    const [, service = "", program = "", words = ""] = LINE.exec(line) ?? [];
    const [, id = "", rest = ""] = /^([0-9A-Za-z]+): (.*)$/.exec(words) ?? [];
    if (program === "cleanup" && rest.startsWith("message-id=")) {
      queue.add(id);
      messageIds.push(rest.slice("message-id=".length));
    } else if (program === "qmgr" && rest === "removed") queue.delete(id);
    else if (rest.includes("status=sent")) {
      const address = /^to=<([^>]*)>/.exec(rest)?.[1] ?? "";
      sent.set(address, (sent.get(address) ?? 0) + 1);
    } else if (words.startsWith("disconnect from ")) sessions.push({ service, commands: commandsOf(words) });
    else if (words.includes("TLS connection established")) handshakes[service] = (handshakes[service] ?? 0) + 1;
    else if (COMPLAINT.test(words) && !CLOCKS.test(words)) complaints.push(words);
  }
  return { sent, waiting: queue.size, messageIds, sessions, handshakes, complaints };
}

/** "… ehlo=2 rcpt=24/25 quit=1 commands=27/28": where two numbers are, the first is of those accepted. */
function commandsOf(words: string): Record<string, number> {
  return Object.fromEntries([...words.matchAll(/ ([a-z]+)=(\d+)/g)].map(([, name, count]) => [name, Number(count)]));
}
