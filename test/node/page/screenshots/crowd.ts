import { sampleRecipients, toCsv } from "../../../../scripts/sample.ts";
import type { Stack } from "../../../../scripts/stack.ts";

/** As long as a name may be. */
export const LONG =
  "A name that somebody typed into a form without a limit, and that has to stand somewhere all the same. "
    .repeat(2)
    .slice(0, 200)
    .trim();

/** What stands behind the addresses of views of one thing. */
export interface Crowd {
  readonly finished: string;
  readonly running: string;
  readonly paused: string;
  readonly held: string;
  readonly scheduled: string;
  readonly cancelled: string;
  /** Paused by itself: the first mails were all refused. */
  readonly failing: string;
  readonly template: string;
}

const GREETING = { subject: "{{ username }}，您好！本周新书", html: "<h1>{{ username }}，您好！</h1><p>三本新书</p>" };

/** Fills a stack with people, and with pushes in all states. Addresses that begin with `nobody` are refused by the relay. */
export async function fill({ api }: Stack): Promise<Crowd> {
  await api("POST", "/api/recipients/import", toCsv(sampleRecipients(600)));
  const odd = Array.from({ length: 60 }, (_, n) => ({
    address: `${n % 12 === 5 ? "nobody" : "reader"}${n}@${n === 0 ? `${"long-".repeat(11)}name` : "books"}.example`,
    username: n === 0 ? LONG : `Reader ${n}`,
    area: "library",
    attributes: { plan: n % 3 === 0 ? "paid" : "free", visits: n * 7_919, member: n % 2 === 0 },
  }));
  const refused = Array.from({ length: 400 }, (_, n) => ({ address: `nobody-else${n}@example.net`, area: "nowhere" }));
  await api("POST", "/api/recipients", [...odd, ...refused]);
  await api("POST", "/api/suppressions", { address: "lee@example.org", reason: "manual", detail: "asked by phone" });
  await api("POST", "/api/segments", { name: "Readers of Beijing", filter: { area: "beijing" } });
  await api("POST", "/api/segments", {
    name: LONG.slice(0, 100),
    filter: { area: ["beijing", "berlin"], "attributes.plan": "paid" },
  });
  const { id: template } = await api<{ id: string }>("POST", "/api/templates", { name: "Weekly", ...GREETING });
  await api("POST", "/api/templates", { name: LONG.slice(0, 100), subject: LONG, html: "<p>Hello</p>" });
  await api("POST", "/api/tokens", { name: "editor", scopes: ["read", "write"] });

  const push = async (options: object): Promise<string> => {
    const body = { action: "mailpush", filter: { area: "beijing" }, ...GREETING, ...options };
    return (await api<{ id: string }>("POST", "/api/pushes", body)).id;
  };
  const finished = await push({ filter: { area: "library" }, subject: "What the library got" });
  const failing = await push({ filter: { area: "nowhere" }, subject: "To those who have moved" });
  const cancelled = await push({ rate: 1, subject: LONG });
  const paused = await push({ rate: 5 });
  const held = await push({ hold: true, subject: "Spring sale" });
  const scheduled = await push({
    sendAt: new Date(Date.now() + 5_400_000).toISOString(),
    subject: "Reading in the evening",
  });
  await until(api, finished, "finished");
  await until(api, failing, "paused");
  await api("POST", `/api/pushes/${cancelled}/cancel`);
  await api("POST", `/api/pushes/${paused}/pause`);
  // So slow that the last picture still finds it running.
  const running = await push({ rate: 1, filter: { area: ["beijing", "shanghai", "library"] } });
  return { finished, running, paused, held, scheduled, cancelled, failing, template };
}

async function until(api: Stack["api"], id: string, status: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 200) {
    if ((await api<{ status: string }>("GET", `/api/pushes/${id}`)).status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`push ${id} is not ${status} after a minute`);
}
