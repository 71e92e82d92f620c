import { workerMailer } from "../../src/transport/worker-mailer.ts";
import { conformance } from "./conformance.ts";

conformance("worker-mailer", (relay, timeouts) => workerMailer(relay, { timeouts }));
