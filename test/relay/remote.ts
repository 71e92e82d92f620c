import type { RelayScript, RelaySummary, SessionRecord, TakenMail } from "./script.ts";

/** A relay as seen from inside workerd, through its control address (see control.ts). */
export class RemoteRelay {
  readonly port: number;
  private readonly url: string;

  private constructor(port: number, url: string) {
    this.port = port;
    this.url = url;
  }

  /** Starts a relay of one's own. `control` is `inject("relayControl")`. */
  static async start(control: string, script: RelayScript = {}): Promise<RemoteRelay> {
    const { id, port } = await call<{ id: string; port: number }>(`${control}/relays`, "POST", script);
    return new RemoteRelay(port, `${control}/relays/${id}`);
  }

  /** The one that the Worker under test sends to: `port` is `inject("relayPort")`. */
  static shared(control: string, port: number, id = "default"): RemoteRelay {
    return new RemoteRelay(port, `${control}/relays/${id}`);
  }

  summary(): Promise<RelaySummary> {
    return call(this.url, "GET");
  }

  mails(after = 0, limit = 100_000): Promise<TakenMail[]> {
    return call(`${this.url}/mails?after=${after}&limit=${limit}`, "GET");
  }

  /** Address to how many mails it got. */
  recipients(): Promise<Record<string, number>> {
    return call(`${this.url}/recipients`, "GET");
  }

  sessions(): Promise<SessionRecord[]> {
    return call(`${this.url}/sessions`, "GET");
  }

  async reset(script?: RelayScript): Promise<void> {
    await call(`${this.url}/reset`, "POST", script);
  }

  async stop(): Promise<void> {
    await call(this.url, "DELETE");
  }
}

async function call<T>(url: string, method: string, body?: unknown): Promise<T> {
  const response = await fetch(url, { method, body: body === undefined ? null : JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

declare module "vitest" {
  export interface ProvidedContext {
    /** The port of the relay that the Worker under test sends to: what SMTP_PORT names. */
    relayPort: number;
    /** The port of another, for where several are configured. */
    secondRelayPort: number;
    /** The control address of the relays, see control.ts. */
    relayControl: string;
  }
}
