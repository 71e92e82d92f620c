import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Relay } from "../relay.ts";
import type { RelayScript } from "./script.ts";

/**
 * Relays by HTTP, for tests inside workerd and for scripts:
 *
 *   POST   /relays                   {script} → {port}
 *   GET    /relays/:port             RelaySummary
 *   GET    /relays/:port/mails       TakenMail[], `?after=` skips that many, `?limit=`
 *   GET    /relays/:port/recipients  {address: how many mails}
 *   GET    /relays/:port/sessions    SessionRecord[]
 *   POST   /relays/:port/reset       {script?}: see `Relay.reset`
 *   DELETE /relays/:port             stops it
 */
export interface Control {
  readonly url: string;
  /** Starts a relay, as POST /relays does. */
  open(script: RelayScript): Promise<Relay>;
  stop(): Promise<void>;
}

export async function startControl(start: (script: RelayScript) => Promise<Relay>, listenOn = 0): Promise<Control> {
  const relays = new Map<string, Relay>();
  const open = async (script: RelayScript) => {
    const relay = await start(script);
    relays.set(String(relay.port), relay);
    return relay;
  };
  const close = async (port: string) => {
    const relay = relays.get(port);
    relays.delete(port);
    await relay?.stop();
  };

  async function answer(method: string, url: URL, body: string): Promise<unknown> {
    const [, , port, part] = url.pathname.split("/");
    if (!port && method === "POST") return { port: (await open(JSON.parse(body || "{}"))).port };
    const relay = relays.get(port ?? "");
    if (!relay) return undefined;
    if (method === "DELETE") return close(port as string);
    if (method === "POST" && part === "reset") return relay.reset(body ? JSON.parse(body) : undefined);
    return read(relay, part, url.searchParams);
  }

  const server = createServer((request, response) => {
    serve(request, response, answer).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listenOn, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    stop: async () => {
      for (const port of relays.keys()) await close(port);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function read(relay: Relay, part: string | undefined, query: URLSearchParams): unknown {
  const { records } = relay;
  if (part === undefined) return relay.summary();
  if (part === "recipients") return Object.fromEntries(records.received);
  if (part === "sessions") return records.sessions;
  if (part !== "mails") return undefined;
  const after = Number(query.get("after") ?? 0);
  return records.mails.slice(after, after + Number(query.get("limit") ?? records.mails.length));
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (method: string, url: URL, body: string) => Promise<unknown>,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const method = request.method ?? "GET";
  const result = await answer(
    method,
    new URL(request.url ?? "/", "http://relay"),
    Buffer.concat(parts).toString("utf8"),
  );
  const found = result !== undefined || method === "DELETE" || method === "POST";
  response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(result ?? null));
}
