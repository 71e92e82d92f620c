import type { RelayScript, RelaySummary, SessionRecord, TakenMail } from "./script.ts";

/** A relay as seen from inside workerd, through its control address (see control.ts). */
export class RemoteRelay {
  readonly port: number;
  private readonly url: string;

  /** One that runs. `control` is `inject("relayControl")`. */
  constructor(control: string, port: number) {
    this.port = port;
    this.url = `${control}/relays/${port}`;
  }

  /** Starts one. */
  static async start(control: string, script: RelayScript = {}): Promise<RemoteRelay> {
    const { port } = await call<{ port: number }>(`${control}/relays`, "POST", script);
    return new RemoteRelay(control, port);
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
    /** The control address of the relays, see control.ts. */
    relayControl: string;
  }
}
