import { describe, expect, inject, it } from "vitest";
import { smtp } from "../../../src/transport/smtp/index.ts";
import { ListFeed, mails, NO_LIMITS, relayAt, withRelay } from "./list-feed.ts";

const account = { username: "ann", password: "secret" };
const certificates = inject("certificates");
for (const security of ["tls", "starttls"] as const)
  for (const which of ["trusted", "otherHost", "expired", "unknown"] as const)
    for (const host of ["localhost", "127.0.0.1"])
    it(`${security} ${which} ${host}`, async () => {
      const script = {
        capabilities: ["PIPELINING", "STARTTLS", "AUTH PLAIN"],
        tls: { ...certificates[which], implicit: security === "tls" },
      };
      await withRelay(script, async (relay) => {
        const feed = new ListFeed(mails(10));
        const end = await smtp(relayAt(relay.port, { ...account, security, host }), { timeouts: { connectMs: 2000, commandMs: 2000 , greetingMs: 2000} }).deliver(feed, NO_LIMITS);
        console.log(security, which, host, JSON.stringify(end), JSON.stringify(feed.counts), JSON.stringify((await relay.sessions()).map(s => s.commands.slice(0,3))));
      });
    });
