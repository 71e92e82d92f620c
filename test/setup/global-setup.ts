import type { TestProject } from "vitest/node";
import { startControl } from "../relay/control.ts";
// Declares what is provided.
import type {} from "../relay/remote.ts";
import { startRelay } from "../relay.ts";

/** Starts the relay that the Worker under test sends to, and the control through which a test can start its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const control = await startControl(startRelay);
  const relay = await control.open(
    { capabilities: ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 26214400"] },
    "default",
  );
  project.provide("relayPort", relay.port);
  project.provide("relayControl", control.url);
  return () => control.stop();
}
