import { type Signal, signal } from "@preact/signals";
import { currentTime } from "../time/server-time.ts";

/** How a connection stands: `live`: what is shown is true now; else it may be old. `reconnecting`: one was lost, or did not open. */
export type Connection = "connecting" | "live" | "reconnecting";

export interface Live<Message> {
  /** The latest message; null: none has come. */
  readonly message: Signal<Message | null>;
  readonly connection: Signal<Connection>;
  /** When the server was heard last, in epoch milliseconds; null: never. */
  readonly heardAt: Signal<number | null>;
  close(): void;
}

const PING_MS = 10_000;
/** A line that answers no ping for this long is dead, whatever the browser thinks: a laptop that slept, a network that changed. */
const DEAF_MS = 8_000;
/** A line that was heard longer ago than this is not live, though nobody has closed it yet. */
export const LIVE_MS = PING_MS + DEAF_MS;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * How long to wait before try number `tries` (from 1), in milliseconds: twice as long each time, up to 15 s, and a
 * random half of it, so that all who lost a server do not come back at once.
 */
export function waitBefore(tries: number, random: number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  return longest * (0.5 + random / 2);
}

/** Follows a WebSocket of this origin that sends JSON and answers `ping` by `pong`, over any loss of the line, until `close`. */
export function follow<Message>(path: string): Live<Message> {
  const message = signal<Message | null>(null);
  const connection = signal<Connection>("connecting");
  const heardAt = signal<number | null>(null);
  let socket: WebSocket | null = null;
  let tries = 0;
  let wait: ReturnType<typeof setTimeout> | undefined;
  let deaf: ReturnType<typeof setTimeout> | undefined;

  const connect = (): void => {
    clearTimeout(wait);
    clearTimeout(deaf);
    drop();
    tries++;
    const opened = new WebSocket(new URL(path, location.href.replace(/^http/, "ws")));
    socket = opened;
    deaf = setTimeout(lost, DEAF_MS);
    opened.onmessage = ({ data }) => {
      clearTimeout(deaf);
      tries = 0;
      heardAt.value = currentTime();
      connection.value = "live";
      if (data !== "pong") message.value = JSON.parse(data);
    };
    opened.onclose = lost;
  };
  const lost = (): void => {
    drop();
    clearTimeout(deaf);
    connection.value = "reconnecting";
    clearTimeout(wait);
    wait = setTimeout(connect, waitBefore(Math.max(tries, 1), Math.random()));
  };
  const drop = (): void => {
    const old = socket;
    socket = null;
    if (old === null) return;
    old.onmessage = null;
    old.onclose = null;
    old.close();
  };
  const ping = (): void => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send("ping");
    clearTimeout(deaf);
    deaf = setTimeout(lost, DEAF_MS);
  };
  /** Seen again, or back on a network: ask at once instead of at the next turn. */
  const wake = (): void => {
    if (document.visibilityState !== "visible") return;
    if (socket?.readyState === WebSocket.OPEN) ping();
    else connect();
  };

  const pings = setInterval(ping, PING_MS);
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("offline", lost);
  addEventListener("pageshow", wake);
  connect();
  return {
    message,
    connection,
    heardAt,
    close() {
      clearInterval(pings);
      clearTimeout(wait);
      clearTimeout(deaf);
      document.removeEventListener("visibilitychange", wake);
      removeEventListener("online", wake);
      removeEventListener("offline", lost);
      removeEventListener("pageshow", wake);
      drop();
    },
  };
}
