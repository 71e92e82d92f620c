import { Hono } from "hono";
import { senderChecks, webhooksOf } from "../../config/sender-checks.ts";
import { readSettings } from "../../config/settings.ts";
import type { Api } from "../access/caller.ts";
import { SettingsAnswer } from "../answers/settings.ts";
import { describe } from "../openapi/operation.ts";

/** `/api/settings`: what is configured, as far as it is no secret. */
export const settings = new Hono<Api>();

settings.get(
  "/",
  describe({
    id: "getSettings",
    section: "Health",
    summary: "Read what is configured, and what a good sender lacks",
    description: "No secrets, no user names and no hosts.",
    answers: { 200: { description: "The settings", json: SettingsAnswer } },
  }),
);
settings.get("/", (context) => {
  const given = readSettings(context.env);
  const { mailFrom, publicUrl, returnPath, forwardTo, rendering, receiptKey, providers, breaker } = given;
  return context.json({
    from: { name: mailFrom.name || null, address: mailFrom.address },
    publicUrl,
    returnPath,
    forwardTo,
    timeZone: rendering.timeZone,
    receipts: receiptKey !== null,
    relays: given.relays.map(({ id, transport, server, provider, weight }) => {
      return { id, transport, security: server?.security ?? null, provider: provider ?? providers.smtp, weight };
    }),
    webhooks: webhooksOf(providers),
    limits: {
      mailMaxBytes: rendering.maxBytes,
      window: given.window,
      connections: given.connections,
      maxAttempts: given.maxAttempts,
      leaseSeconds: given.leaseSeconds,
      staleAfterSeconds: given.staleAfterSeconds,
      retentionDays: given.retentionDays,
    },
    breaker,
    checks: senderChecks(given),
  });
});
