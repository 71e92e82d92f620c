import { createHmac } from "node:crypto";
import { inspectContent } from "./content.ts";
import { CAPABILITY_OF, parsePath } from "./envelope.ts";
import type { RelayScript } from "./script.ts";
import type { Session } from "./session.ts";

/** After these a client has to wait for the reply even where PIPELINING is offered (RFC 2920 section 3.1). */
const MUST_WAIT = new Set(["EHLO", "HELO", "DATA", "STARTTLS", "AUTH", "QUIT"]);

/** The line to say, or null where it is said already, or will be. */
type Handled = string | null;

/** What the server knows of the conversation: capabilities, who speaks, the envelope so far. */
export class Dialogue {
  sender: string | null = null;
  /** A reply is owed, and the client may send more all the same. */
  mayHurry = false;
  private readonly session: Session;
  private readonly script: RelayScript;
  private capabilities = new Map<string, string>();
  private greeted = false;
  private authenticated = false;
  private refusals = 0;
  /** Since the last mail that was taken. */
  private resets = 0;
  /** What takes the next line instead of a command: the middle of AUTH. */
  private onLine: ((line: string) => Handled) | null = null;
  private askedEightBit = false;
  private mailTried = false;
  private rcptTried = false;
  private tried: string[] = [];
  private recipients: string[] = [];
  private chunks: Buffer[] = [];
  private lastChunk = false;

  constructor(session: Session) {
    this.session = session;
    this.script = session.house.script;
  }

  /** Whose message this is: those accepted, or while there is none those that were tried. */
  get concerned(): readonly string[] {
    return this.recipients.length > 0 ? this.recipients : this.tried;
  }

  takesLongLine(line: string): boolean {
    return this.onLine !== null || /^AUTH /i.test(line);
  }

  hear(line: string): Handled {
    const { records } = this.session.house;
    if (this.onLine) {
      records.command(this.session.record, "(auth)", line);
      return this.onLine(line);
    }
    const verb = (/^[A-Za-z]+/.exec(line)?.[0] ?? "").toUpperCase();
    const handler = this.handlers[verb];
    this.mayHurry = this.capabilities.has("PIPELINING") && !MUST_WAIT.has(verb);
    records.command(this.session.record, handler ? verb : "(unknown)", line);
    if (handler) return handler(line);
    this.session.complain("unknown-command", line);
    return "500 5.5.2 unknown command";
  }

  private readonly handlers: Readonly<Record<string, (line: string) => Handled>> = {
    EHLO: (line) => this.ehlo(line),
    HELO: (line) => this.helo(line),
    STARTTLS: () => this.startTls(),
    AUTH: (line) => this.auth(line),
    MAIL: (line) => this.mail(line),
    RCPT: (line) => this.rcpt(line),
    DATA: () => this.data(),
    BDAT: (line) => this.bdat(line),
    RSET: () => this.reset(),
    NOOP: () => "250 2.0.0 ok",
    QUIT: () => {
      this.session.record.quit = true;
      return this.session.answer("quit", "221 2.0.0 bye", () => this.session.end());
    },
  };

  private reset(): Handled {
    this.resets += 1;
    const { maxResets = Number.POSITIVE_INFINITY } = this.script;
    if (this.resets > maxResets) return this.bye("554 Too many nonmail commands");
    return this.session.answer("rset", "250 2.0.0 reset", () => this.forget());
  }

  private ehlo(line: string): Handled {
    if (!/^EHLO \S+$/i.test(line)) this.session.complain("syntax", line);
    const plain = this.script.capabilities ?? [];
    const offered = this.session.record.tls
      ? (this.script.tlsCapabilities ?? plain.filter((name) => name !== "STARTTLS"))
      : plain;
    const lines = ["relay.test", ...offered];
    const usual = lines.map((text, at) => `250${at === lines.length - 1 ? " " : "-"}${text}`).join("\r\n");
    return this.session.answer("ehlo", usual, (code) => {
      if (code !== 250) return;
      this.greeted = true;
      this.forget();
      this.capabilities = new Map(offered.map(splitCapability));
    });
  }

  private helo(line: string): Handled {
    if (!/^HELO \S+$/i.test(line)) this.session.complain("syntax", line);
    return this.session.answer("helo", "250 relay.test", (code) => {
      if (code === 250) this.greeted = true;
    });
  }

  private startTls(): Handled {
    const { tls } = this.script;
    if (!this.capabilities.has("STARTTLS")) return this.outOfOrder("STARTTLS not offered");
    return this.session.answer("starttls", tls ? "220 2.0.0 go ahead" : "454 4.7.0 TLS not available", (code) => {
      if (code !== 220 || !tls) return;
      this.capabilities.clear();
      this.greeted = false;
      this.session.startTls(tls.key, tls.cert);
    });
  }

  private auth(line: string): Handled {
    const [, mechanism = "", initial] = line.split(" ");
    const offered = (this.capabilities.get("AUTH") ?? "").toUpperCase().split(" ");
    if (!offered.includes(mechanism.toUpperCase())) return this.outOfOrder(`AUTH ${mechanism} not offered`);
    const { mechanisms = [], reply = "" } = this.script.refusedMechanisms ?? {};
    if (mechanisms.includes(mechanism.toUpperCase())) return reply;
    if (mechanism.toUpperCase() === "CRAM-MD5") return this.cramMd5();
    if (mechanism.toUpperCase() === "PLAIN") {
      return this.ask("334 ", initial, (answer) => {
        const [, username = "", password = ""] = decode(answer).split("\0");
        return this.judge(username, password);
      });
    }
    return this.ask("334 VXNlcm5hbWU6", initial, (username) =>
      this.ask("334 UGFzc3dvcmQ6", undefined, (password) => this.judge(decode(username), decode(password))),
    );
  }

  private cramMd5(): Handled {
    const challenge = "<1896.697170952@relay.test>";
    return this.ask(`334 ${Buffer.from(challenge).toString("base64")}`, undefined, (answer) => {
      const [, username = "", digest = ""] = /^(.*) ([0-9a-f]{32})$/.exec(decode(answer)) ?? [];
      const password = this.script.credentials?.password ?? "";
      const right = createHmac("md5", password).update(challenge).digest("hex") === digest;
      return this.judge(username, right ? password : "");
    });
  }

  private ask(prompt: string, initial: string | undefined, then: (answer: string) => Handled): Handled {
    if (initial !== undefined) return then(initial);
    this.onLine = (line) => {
      this.onLine = null;
      return then(line);
    };
    return prompt;
  }

  private judge(username: string, password: string): Handled {
    const { credentials } = this.script;
    Object.assign(this.session.record, { username, password });
    const right = !credentials || (credentials.username === username && credentials.password === password);
    return this.session.answer("auth", right ? "235 2.7.0 welcome" : "535 5.7.8 credentials invalid", (code) => {
      this.authenticated = code === 235;
    });
  }

  private mail(line: string): Handled {
    if (!this.greeted) return this.outOfOrder("MAIL before EHLO");
    if (this.sender !== null) return this.outOfOrder("nested MAIL");
    const path = parsePath(line, this.session.complain);
    if (!path) return "501 5.5.4 syntax error";
    const most = this.script.maxMailsPerSession ?? Number.POSITIVE_INFINITY;
    if (this.session.record.mails >= most) {
      const full = this.script.sessionFullReply ?? "421 4.7.0 too many messages in this session";
      return full.startsWith("421") ? this.bye(full) : full;
    }
    this.mailTried = true;
    this.checkPath(path.address, path.parameters, line);
    this.askedEightBit = path.parameters.get("BODY")?.toUpperCase() === "8BITMIME";
    let usual = "250 2.1.0 sender ok";
    if (this.exceedsSize(Number(path.parameters.get("SIZE") ?? 0))) usual = "552 5.3.4 message size over the limit";
    if (this.script.requireAuth && !this.authenticated) usual = "530 5.7.0 authentication required";
    const after = (code: number) => {
      if (isPositive(code)) this.sender = path.address;
      this.countRefusal(code);
    };
    return this.session.answer("mail", usual, after, [], path.address);
  }

  private checkPath(address: string, parameters: Map<string, string>, line: string): void {
    for (const name of parameters.keys()) {
      if (!this.capabilities.has(CAPABILITY_OF[name] ?? name)) this.session.complain("parameter", line);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    if (/[\x00-\x20\x7f]/.test(address)) this.session.complain("syntax", `a space or control character: ${line}`);
  }

  private exceedsSize(bytes: number): boolean {
    const limit = Number(this.capabilities.get("SIZE") ?? 0);
    return limit > 0 && bytes > limit;
  }

  private rcpt(line: string): Handled {
    this.rcptTried = true;
    if (this.sender === null) return this.outOfOrder("RCPT without MAIL", this.mailTried);
    const path = parsePath(line, this.session.complain);
    if (!path) return "501 5.5.4 syntax error";
    this.checkPath(path.address, path.parameters, line);
    this.tried.push(path.address);
    const usual = this.session.house.gate.refusal(path.address, Date.now()) ?? "250 2.1.5 recipient ok";
    const after = (code: number) => {
      if (isPositive(code)) this.recipients.push(path.address);
      this.countRefusal(code);
    };
    return this.session.answer("rcpt", usual, after, [path.address], this.sender);
  }

  private data(): Handled {
    if (!this.rcptTried) return this.outOfOrder("DATA without RCPT");
    const willing = this.recipients.length > 0 || (this.script.dataWithoutRecipients && this.sender !== null);
    if (!willing) return "554 5.5.1 no valid recipients";
    const after = (code: number) => {
      if (code === 354) this.session.expectContent();
      this.countRefusal(code);
    };
    return this.session.answer("data", "354 end with a dot", after, this.concerned, this.sender ?? "");
  }

  private bdat(line: string): Handled {
    const match = /^BDAT (\d+)( LAST)?$/i.exec(line);
    if (!this.capabilities.has("CHUNKING")) this.session.complain("parameter", "BDAT without CHUNKING");
    if (!match) {
      this.session.complain("syntax", line);
      return "501 5.5.4 syntax error";
    }
    this.lastChunk = match[2] !== undefined;
    this.session.expectChunk(Number(match[1]));
    return null;
  }

  receiveChunk(chunk: Buffer): Handled {
    if (!this.rcptTried) return this.outOfOrder("BDAT without RCPT");
    if (this.sender === null || this.recipients.length === 0) return "554 5.5.1 no valid recipients";
    this.chunks.push(chunk);
    if (!this.lastChunk) {
      return this.session.answer("chunk", "250 2.0.0 chunk ok", () => {}, this.concerned, this.sender);
    }
    this.receive(Buffer.concat(this.chunks));
    return null;
  }

  /** Takes a whole content, or refuses it; the envelope is forgotten either way. */
  receive(content: Buffer): void {
    const { session, recipients, concerned } = this;
    const sender = this.sender ?? "";
    this.mayHurry = this.capabilities.has("PIPELINING");
    const { eightBit } = inspectContent(content, session.complain);
    if (eightBit && this.capabilities.has("8BITMIME") && !this.askedEightBit) {
      session.complain("eight-bit", "the content has bytes above 127, and BODY=8BITMIME was not said");
    }
    this.forget();
    let usual = "250 2.0.0 taken";
    if (recipients.length === 0) usual = "554 5.5.1 no valid recipients";
    else if (this.exceedsSize(content.length)) usual = "552 5.3.4 message too big";
    const after = (code: number) => {
      const taken = isPositive(code) && recipients.length > 0;
      if (taken) {
        session.house.records.take(session.record, sender, recipients, content);
        this.resets = 0;
      }
      this.countRefusal(code);
    };
    session.answer("content", usual, after, concerned, sender);
  }

  private forget(): void {
    this.sender = null;
    this.askedEightBit = false;
    this.mailTried = false;
    this.rcptTried = false;
    this.tried = [];
    this.recipients = [];
    this.chunks = [];
  }

  private countRefusal(code: number): void {
    if (code < 400) return;
    this.session.house.records.refusals += 1;
    this.refusals += 1;
    const most = this.script.maxRefusalsPerSession ?? Number.POSITIVE_INFINITY;
    if (this.refusals >= most) this.bye("421 4.7.0 too many errors");
  }

  private bye(line: string): null {
    this.session.say(line);
    this.session.end();
    return null;
  }

  /** With pipelining it may be the consequence of a refusal, and no fault. */
  private outOfOrder(what: string, excused = false): string {
    if (!excused) this.session.complain("order", what);
    return `503 5.5.1 ${what}`;
  }
}

function isPositive(code: number): boolean {
  return code >= 200 && code < 300;
}

function splitCapability(text: string): [string, string] {
  const [name = "", ...rest] = text.split(" ");
  return [name.toUpperCase(), rest.join(" ")];
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
