import { setTimeout as sleep } from "node:timers/promises";
import { MESSAGE } from "./end-to-end/audience.ts";
import { audienceOf, THROTTLING } from "./sharing/two-pushes.ts";
import { readPushes } from "./chaos/ledger-file.ts";
import { behindRelay } from "./sharing/stage.ts";
const script = { rateLimit: { perSecond: 100, reply: THROTTLING } };
await behindRelay(script as any, audienceOf(["first", "second"], 3000), MESSAGE, async (stage) => {
  const ids = await Promise.all([stage.push("first"), stage.push("second")]);
  let stuck = 0; const t0 = Date.now();
  while (Date.now() - t0 < 75_000) {
    await sleep(1500);
    const r: any = await stage.stack.api("GET", "/api/relays/default");
    const ps: any[] = await Promise.all(ids.map((id) => stage.stack.api<any>("GET", `/api/pushes/${id}`)));
    console.log(JSON.stringify(ps[0].relays ?? ps[0].relay), JSON.stringify(r.shares ?? r.pushes ?? Object.keys(r)), "\n  ", ((Date.now() - t0) / 1000).toFixed(1), ps.map((p) => `${p.tallies.sent}/${p.tallies.queued}/${p.tallies.sending}/${p.tallies.deferred} ${p.waiting ?? ""}`).join(" | "), JSON.stringify(r.rate ?? r).slice(0, 200), r.health?.kind ?? JSON.stringify(r).slice(0, 300), stage.relay.records.refusals);
    if (ps.some((p) => p.tallies.queued + p.tallies.sending === 0 && p.tallies.sent > 100)) { stuck++; } else stuck = 0; if (stuck > 2) break; if (ps.every((p) => p.status === "finished")) break;
  }
  console.log(stage.stack.logs().split("\n").filter((l) => l.includes("DBG")).slice(-40).join("\n")); await stage.stack.kill();
  console.log("NOW", Date.now());
  readPushes(stage.stack.persistTo, (all) => { for (const r of all("SELECT id, status, health FROM push") as any[]) console.log(JSON.stringify(r)); console.log(JSON.stringify(all("SELECT count(*) n, min(due_at) a, max(due_at) b, state FROM delivery GROUP BY state"))); console.log(JSON.stringify(all("SELECT * FROM claim")).slice(0,500)); try { console.log(JSON.stringify(all("SELECT * FROM _cf_METADATA"))); } catch (e) { console.log(String(e)); } return []; });
});
