import { smtp } from "../../src/transport/smtp/index.ts";
import { conformance } from "./conformance.ts";

conformance("smtp", (relay, timeouts) => smtp(relay, { timeouts }));
