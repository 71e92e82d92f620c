import { env } from "cloudflare:workers";
import { expect, inject } from "vitest";
import { totalOf } from "../../src/core/states.ts";
import { api, type Json, json } from "../http/api.ts";
import { RemoteRelay } from "../relay/remote.ts";

/** The servers behind the configured relays: see test/setup/relays.ts. */
const serverOf = (id: string): RemoteRelay => {
  const relays: { id: string; port: number }[] = JSON.parse((env as Env & { RELAYS: string }).RELAYS);
  const relay = relays.find((one) => one.id === id);
  if (!relay) throw new Error(`no relay ${id} is configured`);
  return new RemoteRelay(inject("relayControl"), relay.port);
};
export const first = serverOf("main");
export const second = serverOf("standby");

export async function forgetPeople(): Promise<void> {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
}

export async function people(count: number, area = "all"): Promise<void> {
  const all = Array.from({ length: count }, (_, i) => ({ address: `${area}${i}@example.com`, area }));
  for (let at = 0; at < count; at += 1_000) await api("POST", "/api/recipients", all.slice(at, at + 1_000));
}

/** Creates a push to all people, or as `change` says; gives its id. */
export async function send(relays: readonly string[], change: object = {}): Promise<string> {
  const asked = { action: "mailpush", filter: {}, subject: "Hello", html: "<p>Hello</p>", relays, ...change };
  const { id } = await json(api("POST", "/api/pushes", asked));
  return id;
}

/** Polls until `done`, and holds the invariant at every poll. */
export async function until(id: string, done: (status: Json) => boolean): Promise<Json> {
  for (;;) {
    const status = await json(api("GET", `/api/pushes/${id}`));
    expect(totalOf(status.tallies)).toBe(status.total);
    if (done(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const atRest = (status: Json) => status.finishedAt !== null || status.status === "paused";

export const relay = (id: string): Promise<Json> => json(api("GET", `/api/relays/${id}`));

/** How many mails each address got, of all servers' counts together. */
export function together(...counts: readonly Record<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const [address, mails] of counts.flatMap((one) => Object.entries(one))) {
    sum.set(address, (sum.get(address) ?? 0) + mails);
  }
  return sum;
}
