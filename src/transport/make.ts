import type { Settings } from "../config/settings.ts";
import { emailService } from "./email-service.ts";
import { nothing } from "./nothing.ts";
import { smtp } from "./smtp/index.ts";
import { memoryOf } from "./smtp/relay-memory.ts";
import type { Transport } from "./transport.ts";
import { workerMailer } from "./worker-mailer.ts";

/** The transport that TRANSPORT names. */
export function makeTransport(settings: Settings): Transport {
  const { transport, relay, timeouts, smtp: options } = settings;
  switch (transport) {
    case "smtp":
      return smtp(relay, {
        pipelining: options.pipelining,
        chunking: options.chunking,
        timeouts,
        memory: memoryOf(relay),
        ...(options.maxMessages > 0 ? { maxMessages: options.maxMessages } : {}),
      });
    case "worker-mailer":
      return workerMailer(relay, { timeouts });
    case "email-service":
      if (settings.emailService === null) throw new Error("no binding EMAIL: settings were not checked");
      return emailService(settings.emailService, { timeouts });
    case "none":
      return nothing();
  }
}
