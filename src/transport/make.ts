import type { RelaySettings } from "../config/relays.ts";
import type { Settings } from "../config/settings.ts";
import { emailService } from "./email-service.ts";
import { nothing } from "./nothing.ts";
import { smtp } from "./smtp/index.ts";
import { memoryOf } from "./smtp/relay-memory.ts";
import type { Transport } from "./transport.ts";
import { workerMailer } from "./worker-mailer.ts";

/** The transport of a relay. Throws if it cannot be made, which the settings' check excludes. */
export function makeTransport(settings: Settings, relay: RelaySettings): Transport {
  const { timeouts, smtp: options } = settings;
  const { server } = relay;
  switch (relay.transport) {
    case "smtp":
      if (server === null) throw new Error(`relay ${relay.id} has no server: settings were not checked`);
      return smtp(server, {
        pipelining: options.pipelining,
        chunking: options.chunking,
        timeouts,
        memory: memoryOf(server),
        ...(options.maxMessages > 0 ? { maxMessages: options.maxMessages } : {}),
      });
    case "worker-mailer":
      if (server === null) throw new Error(`relay ${relay.id} has no server: settings were not checked`);
      return workerMailer(server, { timeouts });
    case "email-service":
      if (settings.emailService === null) throw new Error("no binding EMAIL: settings were not checked");
      return emailService(settings.emailService, { timeouts });
    case "none":
      return nothing();
  }
}
