import { createHash } from "node:crypto";
import type { RelayScript, RelaySummary, SessionRecord, TakenMail, Violation } from "./script.ts";

const MAX_VIOLATIONS = 1_000;

/** What the relay has got, from whom, and what it has to say about it. */
export class Records {
  readonly mails: TakenMail[] = [];
  /** Address to how many mails it got. */
  readonly received = new Map<string, number>();
  readonly sessions: SessionRecord[] = [];
  readonly violations: Violation[] = [];
  readonly commands: Record<string, number> = {};
  mailCount = 0;
  sessionCount = 0;
  refusals = 0;
  firstMailAt: number | null = null;
  lastMailAt: number | null = null;
  private readonly keep: NonNullable<RelayScript["keep"]>;

  constructor(keep: NonNullable<RelayScript["keep"]>) {
    this.keep = keep;
  }

  begin(tls: boolean): SessionRecord {
    this.sessionCount += 1;
    const record: SessionRecord = {
      session: this.sessionCount,
      tls,
      commands: [],
      mails: 0,
      username: null,
      password: null,
      quit: false,
      startedAt: Date.now(),
      endedAt: null,
    };
    if (this.keep !== "count") this.sessions.push(record);
    return record;
  }

  command(session: SessionRecord, verb: string, line: string): void {
    this.commands[verb] = (this.commands[verb] ?? 0) + 1;
    if (this.keep === "content") session.commands.push(line);
  }

  violate(session: number, kind: Violation["kind"], detail: string): void {
    if (this.violations.length < MAX_VIOLATIONS) this.violations.push({ session, kind, detail: detail.slice(0, 200) });
  }

  take(session: SessionRecord, from: string, to: readonly string[], content: Buffer): void {
    const at = Date.now();
    this.firstMailAt ??= at;
    this.lastMailAt = at;
    this.mailCount += 1;
    session.mails += 1;
    for (const address of to) this.received.set(address, (this.received.get(address) ?? 0) + 1);
    if (this.keep === "count") return;
    this.mails.push({
      session: session.session,
      from,
      to: [...to],
      size: content.length,
      messageId: messageIdOf(content),
      hash: createHash("sha1").update(content).digest("hex"),
      content: this.keep === "content" ? content.toString("latin1") : null,
      at,
    });
  }

  summary(port: number, open: number): RelaySummary {
    let doubled = 0;
    for (const count of this.received.values()) if (count > 1) doubled += 1;
    return {
      port,
      open,
      doubled,
      sessions: this.sessionCount,
      mails: this.mailCount,
      addresses: this.received.size,
      refusals: this.refusals,
      commands: this.commands,
      firstMailAt: this.firstMailAt,
      lastMailAt: this.lastMailAt,
      violations: this.violations,
    };
  }
}

function messageIdOf(content: Buffer): string | null {
  const end = content.indexOf("\r\n\r\n");
  const headers = content.toString("latin1", 0, end === -1 ? Math.min(content.length, 16_384) : end + 2);
  return /^message-id:\s*(<[^>\r\n]*>)/im.exec(headers)?.[1] ?? null;
}
