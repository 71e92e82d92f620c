import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";
import { readSettings } from "../../src/config/settings.ts";

// All tests of a file share the relays' objects: what it learned from one test's server says nothing of the next one's.
beforeEach(async () => {
  for (const { id } of readSettings(env).relays) {
    const relay = env.RELAY.getByName(id);
    await runInDurableObject(relay, (_object, { storage }) => storage.deleteAll());
    await evictDurableObject(relay);
  }
});
