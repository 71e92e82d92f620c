import type { TestProject } from "vitest/node";
import { startControl } from "../relay/control.ts";
// Declares what is provided.
import type {} from "../relay/remote.ts";
import { startRelay } from "../relay.ts";

/** Starts the control through which relays are started: those of each test file (see vitest.config.ts) and a test's own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const control = await startControl(startRelay);
  project.provide("relayControl", control.url);
  return () => control.stop();
}
