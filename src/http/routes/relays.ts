import { Hono } from "hono";
import * as z from "zod";
import type { RelaySettings } from "../../config/relays.ts";
import { readSettings } from "../../config/settings.ts";
import { isoTimeOrNull } from "../../core/time.ts";
import { callPush, newRequest } from "../../push/call.ts";
import { pausedFor } from "../../push/index/paused-for.ts";
import { relayObject, termsOf } from "../../relay/call.ts";
import type { RelayStatus } from "../../relay/rpc.ts";
import { probe } from "../../transport/smtp/probe.ts";
import { memoryOf } from "../../transport/smtp/relay-memory.ts";
import { TIMEOUTS } from "../../transport/transport.ts";
import { type Api, callerOf } from "../access/caller.ts";
import { RelayAnswer, RelaysAnswer, RelayTestAnswer, ResumedRelayAnswer } from "../answers/relays.ts";
import { describe } from "../openapi/operation.ts";
import { notFound, refuse } from "../problem.ts";

/** `/api/relays`: what each relay is at; pause, resume and try one. */
export const relays = new Hono<Api>();

const path = { id: z.string().meta({ description: "As configured: `default`, or an id of `RELAYS`." }) };
const refusals = ["not-found"] as const;

relays.get(
  "/",
  describe({
    id: "listRelays",
    section: "Relays",
    summary: "List relays",
    answers: { 200: { description: "All of them", json: RelaysAnswer } },
  }),
);
relays.get("/", async (context) => {
  const { env } = context;
  const data = await Promise.all(readSettings(env).relays.map((relay) => viewOf(env, relay)));
  return context.json({ data, hasMore: false, next: null });
});

relays.get(
  "/:id",
  describe({
    id: "getRelay",
    section: "Relays",
    summary: "Read a relay",
    path,
    answers: { 200: { description: "It", json: RelayAnswer } },
    refusals,
  }),
);
relays.get("/:id", async (context) => {
  const relay = find(context.env, context.req.param("id"));
  return relay === null ? refuse(unknownRelay()) : context.json(await viewOf(context.env, relay));
});

relays.post(
  "/:id/pause",
  describe({
    id: "pauseRelay",
    section: "Relays",
    summary: "Pause a relay",
    description: "No push sends over it until it is resumed.",
    path,
    answers: { 200: { description: "It", json: RelayAnswer } },
    refusals,
  }),
);
relays.post("/:id/pause", async (context) => {
  const { env } = context;
  const relay = find(env, context.req.param("id"));
  if (relay === null) return refuse(unknownRelay());
  await relayObject(env, relay.id).pause(termsOf(relay));
  return context.json(await viewOf(env, relay));
});

relays.post(
  "/:id/resume",
  describe({
    id: "resumeRelay",
    section: "Relays",
    summary: "Resume a relay",
    description: "Ends a stop, a pause and a rest. Also resumes the pushes that its stop has paused.",
    path,
    answers: { 200: { description: "It", json: ResumedRelayAnswer } },
    refusals,
  }),
);
relays.post("/:id/resume", async (context) => {
  const { env } = context;
  const relay = find(env, context.req.param("id"));
  if (relay === null) return refuse(unknownRelay());
  // Before the summaries are read: a push that pauses meanwhile is in one of the two.
  const users = await relayObject(env, relay.id).resume(termsOf(relay));
  const by = callerOf(context);
  const resumed: string[] = [];
  for (const push of new Set([...users, ...(await pausedFor(env.DB, relay.id))])) {
    const request = newRequest(Date.now(), by);
    const answer = await callPush(env, push, (object) => object.resumeAfter(request, relay.id));
    if (answer.ok) resumed.push(push);
  }
  return context.json({ ...(await viewOf(env, relay)), resumed });
});

relays.post(
  "/:id/test",
  describe({
    id: "testRelay",
    section: "Relays",
    summary: "Try a relay",
    description: "Connects, EHLO, TLS, AUTH and QUIT: look here first when no mail goes out. It sends nothing.",
    path,
    answers: { 200: { description: "What came of it, `ok` or not", json: RelayTestAnswer } },
    refusals: ["not-found", "wrong-state"],
  }),
);
relays.post("/:id/test", async (context) => {
  const { env } = context;
  const settings = readSettings(env);
  const relay = find(env, context.req.param("id"));
  if (relay === null) return refuse(unknownRelay());
  if (relay.server === null) {
    const detail = `relay ${relay.id} is no SMTP server: its transport is ${relay.transport}`;
    return refuse({ code: "wrong-state", detail });
  }
  const timeouts = { ...TIMEOUTS, ...settings.timeouts };
  const tried = await probe(relay.server, timeouts, memoryOf(relay.server));
  return context.json({ id: relay.id, ...tried });
});

function find(env: Env, id: string): RelaySettings | null {
  return readSettings(env).relays.find((relay) => relay.id === id) ?? null;
}

function unknownRelay() {
  return notFound("this relay");
}

/** A relay in API answers: what is configured, never a password, and what its object says. */
async function viewOf(env: Env, relay: RelaySettings) {
  const { id, transport, server, weight, provider, limits } = relay;
  const status = await relayObject(env, id)
    .status(termsOf(relay))
    .catch(() => null);
  return {
    id,
    transport,
    host: server?.host ?? null,
    port: server?.port ?? null,
    security: server?.security ?? null,
    username: server?.username || null,
    provider,
    weight,
    configured: { perSecond: limits.perSecond, quotas: limits.quotas, maxSessions: limits.maxSessions },
    ...statusView(status),
  };
}

const UNKNOWN = {
  health: "unknown",
  reason: null,
  since: null,
  nextTryInMs: null,
  perSecond: null,
  learnedLimit: null,
  acceptedPerSecond: null,
  sessions: null,
  quotas: null,
  shares: null,
};

/** Null: the relay's object does not answer at the moment. */
function statusView(status: RelayStatus | null) {
  if (status === null) return UNKNOWN;
  const { health, since, perSecond, learnedLimit, acceptedPerSecond, sessions, quotas, shares } = status;
  return {
    health: health.kind === "stopped" && health.by === "person" ? "paused" : health.kind,
    reason: health.kind === "up" ? null : health.words,
    since: isoTimeOrNull(since),
    nextTryInMs: health.kind === "resting" ? health.forMs : null,
    perSecond,
    learnedLimit,
    acceptedPerSecond,
    sessions,
    quotas: quotas.map((quota) => ({ ...quota, freesAt: isoTimeOrNull(quota.freesAt) })),
    shares,
  };
}
