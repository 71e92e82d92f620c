import type { RelaySettings } from "../src/config/relays.ts";
import { readSettings } from "../src/config/settings.ts";
import { makeTransport } from "../src/transport/make.ts";
import type { RelayConfig, Transport } from "../src/transport/transport.ts";

/** The SMTP server of the tests' one relay. */
export function serverOf(env: Env): RelayConfig {
  const server = readSettings(env).relays[0]?.server;
  if (server === undefined || server === null) throw new Error("no relay with a server");
  return server;
}

/** The transport to it, as the consumer makes it. */
export function transportOf(env: Env): Transport {
  const settings = readSettings(env);
  return makeTransport(settings, settings.relays[0] as RelaySettings);
}
