import type { Feed, SessionEnd, SessionLimits, Transport } from "./transport.ts";

/** Accepts every mail and sends none, to measure the speed of everything else. */
export function nothing(): Transport {
  return {
    name: "none",
    async deliver(feed: Feed, _limits: SessionLimits): Promise<SessionEnd> {
      for (let mail = await feed.next(); mail !== null; mail = await feed.next()) {
        feed.report({ id: mail.id, kind: "answered", stage: "content", reply: ACCEPTED });
      }
      return { kind: "done" };
    },
  };
}

const ACCEPTED = { code: 250, enhanced: "2.0.0", text: "not sent: TRANSPORT is none" };
