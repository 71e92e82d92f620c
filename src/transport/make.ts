import type { Settings } from "../config.ts";
import { nothing } from "./nothing.ts";
import { smtp } from "./smtp/index.ts";
import type { Transport } from "./transport.ts";
import { workerMailer } from "./worker-mailer.ts";

/** The transport that TRANSPORT names. */
export function makeTransport({ transport, relay, smtp: options }: Settings): Transport {
  switch (transport) {
    case "smtp":
      return smtp(relay, {
        pipelining: options.pipelining ? "auto" : "off",
        chunking: options.chunking ? "auto" : "off",
        ...(options.maxMessages > 0 ? { maxMessages: options.maxMessages } : {}),
      });
    case "worker-mailer":
      return workerMailer(relay);
    case "none":
      return nothing();
  }
}
