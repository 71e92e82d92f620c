import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { RemoteRelay } from "../relay/remote.ts";

/** The relay that the Worker under test sends to. Each test file has one of its own: see vitest.config.ts. */
export const relay = new RemoteRelay(inject("relayControl"), Number(env.SMTP_PORT));
