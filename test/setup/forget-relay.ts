import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";

// All tests of a file share the relay's object: what it learned from one test's server says nothing of the next one's.
beforeEach(async () => {
  const relay = env.RELAY.getByName("default");
  await runInDurableObject(relay, (_object, { storage }) => storage.deleteAll());
  await evictDurableObject(relay);
});
