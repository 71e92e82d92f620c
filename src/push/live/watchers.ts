/** The least time between two messages to a watcher: two a second. */
export const MESSAGE_GAP_MS = 500;
/** More for many watchers: a message costs about as much as two deliveries, and those come first. */
const GAP_EACH_MS = 2;
const MAX_GAP_MS = 5_000;
/** A look after the last change: what a status says of relays also changes with time, as when a lease runs out. */
const LOOK_AGAIN_MS = 2_500;
/** A watcher that stays longer is told to connect again, to a new isolate and with a right that is checked again. */
const MAX_WATCH_MS = 3_600_000;
/** Each costs a message twice a second. The platform allows 32,768 sockets an object. */
export const MAX_WATCHERS = 5_000;

/** Close codes of RFC 6455 section 7.4.1, and "try again later" of the IANA registry. */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;
const NORMAL = 1000;

/**
 * The WebSockets that watch one push, hibernating with their object. Every message is a whole status, the same text for
 * all; at most one in the time that `gapFor` says, and the last change is always sent. A change of which an eviction took the timer
 * is sent when the object wakes: each change also arms the alarm, for the push's row in D1.
 */
export class Watchers {
  readonly #ctx: DurableObjectState;
  readonly #status: () => string | null;
  /** Before this no socket is to end, epoch ms; null: nobody watches, and a change costs nothing. */
  #firstEnd: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lookAgain: ReturnType<typeof setTimeout> | undefined;
  /** Epoch ms; null: nothing was sent yet. */
  #sentAt: number | null = null;
  #sent: string | null = null;
  #newcomers: WebSocket[] = [];
  #gapMs = MESSAGE_GAP_MS;

  /** @param status the present status as a message; null: there is no push */
  constructor(ctx: DurableObjectState, status: () => string | null) {
    this.#ctx = ctx;
    this.#status = status;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.#count();
    // The last message may have been sent just before the object slept.
    this.#sentAt = this.#firstEnd === null ? null : Date.now();
    this.changed();
  }

  /** When sockets have to be closed, epoch ms; null: there are none. */
  get endsAt(): number | null {
    return this.#firstEnd;
  }

  /** Accepts a watcher, and sends it the status within the time between two messages; null: there are too many. */
  accept(now: number): WebSocket | null {
    if (this.#ctx.getWebSockets().length >= MAX_WATCHERS) return null;
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    const until = now + MAX_WATCH_MS;
    server.serializeAttachment(until);
    this.#firstEnd ??= until;
    this.#newcomers.push(server);
    this.changed();
    return client;
  }

  /** Call after each commit that has changed something. */
  changed(): void {
    if (this.#firstEnd === null || this.#timer !== null) return;
    const wait = this.#sentAt === null ? 0 : this.#sentAt + this.#gapMs - Date.now();
    // Never at once: the caller of this event gets its answer first.
    this.#timer = setTimeout(() => this.#send(), Math.max(0, wait));
  }

  /** Closes the sockets whose time is over. */
  closeExpired(now: number): void {
    if (this.#firstEnd === null || this.#firstEnd > now) return;
    for (const socket of this.#ctx.getWebSockets()) {
      if (endOf(socket) <= now) close(socket, GOING_AWAY, "an hour is over: connect again");
    }
    this.#count();
  }

  /** Call when the push's ledger is deleted. */
  closeAll(): void {
    for (const socket of this.#ctx.getWebSockets()) close(socket, NORMAL, "the push is past retention");
    this.#firstEnd = null;
  }

  /** Nothing is expected of a watcher: each message wakes the object. */
  received(socket: WebSocket): void {
    close(socket, POLICY_VIOLATION, "only ping is answered here");
  }

  /** Ends the closing handshake, else the other side sees its line break. */
  left(socket: WebSocket): void {
    close(socket, NORMAL, "");
  }

  #send(): void {
    this.#timer = null;
    const text = this.#status();
    if (text === null) return;
    const newcomers = this.#newcomers;
    this.#newcomers = [];
    const all = this.#ctx.getWebSockets();
    if (all.length === 0) this.#firstEnd = null;
    this.#gapMs = gapFor(all.length);
    const sockets = text === this.#sent ? newcomers : all;
    for (const socket of sockets) send(socket, text);
    if (sockets.length > 0) this.#sentAt = Date.now();
    if (text === this.#sent) return;
    this.#sent = text;
    clearTimeout(this.#lookAgain);
    this.#lookAgain = setTimeout(() => this.changed(), LOOK_AGAIN_MS);
  }

  #count(): void {
    const ends = this.#ctx.getWebSockets().filter(isOpen).map(endOf);
    this.#firstEnd = ends.length === 0 ? null : ends.reduce((first, end) => Math.min(first, end));
  }
}

/** The least time between two messages, by the number of watchers: 0.5 s up to 250, 1 s at 500, 5 s at most. */
export function gapFor(watchers: number): number {
  return Math.min(MAX_GAP_MS, Math.max(MESSAGE_GAP_MS, watchers * GAP_EACH_MS));
}

function endOf(socket: WebSocket): number {
  const until: unknown = socket.deserializeAttachment();
  return typeof until === "number" ? until : 0;
}

function isOpen(socket: WebSocket): boolean {
  return socket.readyState === WebSocket.OPEN;
}

/** A socket that has just gone must not keep the status from the others. */
function send(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    close(socket, TRY_AGAIN_LATER, "connect again");
  }
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It is closed.
  }
}
