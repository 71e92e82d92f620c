import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect } from "vitest";

/** Folders whose tests have nothing to do with the relay's object, and some of which run side by side. */
const WITHOUT_RELAY = /\/test\/(core|log|message|recipients|relay-object|transport)\//;

// All tests of a file share the relay's object: what it learned from one test's server says nothing of the next one's.
beforeEach(async () => {
  if (WITHOUT_RELAY.test(expect.getState().testPath ?? "")) return;
  const relay = env.RELAY.getByName("default");
  await runInDurableObject(relay, (_object, { storage }) => storage.deleteAll());
  await evictDurableObject(relay);
});
