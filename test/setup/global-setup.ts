import type { TestProject } from "vitest/node";
import { startControl } from "../relay/control.ts";
// Declares what is provided.
import type {} from "../relay/remote.ts";
import { startRelay } from "../relay.ts";

const CAPABILITIES = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 26214400"];

/** Starts the relays that the Worker under test sends to, and the control through which a test can start its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const control = await startControl(startRelay);
  const relay = await control.open({ capabilities: CAPABILITIES }, "default");
  const second = await control.open({ capabilities: CAPABILITIES }, "second");
  project.provide("relayPort", relay.port);
  project.provide("secondRelayPort", second.port);
  project.provide("relayControl", control.url);
  return () => control.stop();
}
