import { type Context, Hono } from "hono";
import * as z from "zod";
import { readSettings } from "../../../config/settings.ts";
import { isoTime } from "../../../core/time.ts";
import { callPush } from "../../../push/call.ts";
import { isPushId } from "../../../push/steering/id.ts";
import type { Api } from "../../access/caller.ts";
import { isWithinLimit, rateLimitKey, tooManyRequests } from "../../access/rate-limit.ts";
import { signTicket, TICKET_MS, verifyTicket } from "../../access/ticket.ts";
import { TicketAnswer } from "../../answers/pushes.ts";
import { knownPush } from "../../known-push.ts";
import { describe } from "../../openapi/operation.ts";
import { refuse } from "../../problem.ts";
import { checkedQuery } from "../../request/body.ts";

const TOO_MANY_RETRY_SECONDS = "30";

const PATH = { id: z.string() };
const Query = z.strictObject({
  ticket: z.string().nullable().default(null).meta({ description: "In place of a token: see `POST …/ticket`." }),
});

/** `/api/pushes/:id/live` with a ticket; stands before the token check, which it leaves to requests without one. */
export const liveByTicket = new Hono<Api>();

liveByTicket.get(
  "/:id/live",
  describe({
    id: "watchPush",
    section: "Pushes",
    summary: "Watch a push over a WebSocket",
    description:
      "Each message is the push as `GET /api/pushes/{id}` answers it: one on connecting, then one when something has " +
      "changed, at most two a second (one, where 500 watch); the last change always arrives. " +
      "`ping` is answered `pong`; any other message ends the connection. So do an hour and a deployment: connect again after a random delay of some seconds.\n\n" +
      "Needs the scope `read`, or a ticket; a session needs no ticket.",
    path: PATH,
    query: Query,
    caller: "either",
    answers: { 101: { description: "The WebSocket" } },
    refusals: ["not-found", "ticket-invalid", "foreign-origin", "upgrade-required", "wrong-state", "push-unreachable"],
  }),
);
liveByTicket.get("/:id/live", async (context, next) => {
  const query = checkedQuery(Query, context.req.url);
  // A caller without a token is told nothing else.
  const ticket = query.ok ? query.value.ticket : null;
  if (ticket === null) return next();
  const { env } = context;
  const id = context.req.param("id");
  const claims = isPushId(id) ? verifyTicket(ticket, id, readSettings(env).signingKeys, Date.now()) : null;
  const key = rateLimitKey(context.req.raw, claims?.token ?? null);
  if (!(await isWithinLimit(env, key))) return refuse(tooManyRequests());
  if (claims === null) {
    const detail = `this ticket is not one for this push, or older than ${TICKET_MS / 1000} seconds`;
    return refuse({ code: "ticket-invalid", detail });
  }
  // Only a push that exists gets a ticket.
  return watch(context, id);
});

/** `/api/pushes/:id/live` with a token, and `/api/pushes/:id/ticket`. */
export const live = new Hono<Api>();

live.get("/:id/live", knownPush, (context) => {
  const query = checkedQuery(Query, context.req.url);
  return query.ok ? watch(context, context.req.param("id")) : refuse(query.error);
});

live.post(
  "/:id/ticket",
  describe({
    id: "createTicket",
    section: "Pushes",
    summary: "Get a ticket to watch a push with",
    description:
      `Good for this push and for ${TICKET_MS / 1000} seconds, as \`?ticket=\` of \`/live\`: ` +
      "browsers cannot send `Authorization` with a WebSocket.",
    path: PATH,
    answers: { 200: { description: "The ticket", json: TicketAnswer } },
    refusals: ["not-found", "push-unreachable", "outcome-unknown"],
  }),
);
live.post("/:id/ticket", knownPush, (context) => {
  const expiresAt = Date.now() + TICKET_MS;
  const claims = { push: context.req.param("id"), token: context.get("caller").id, expiresAt };
  const ticket = signTicket(claims, readSettings(context.env).signingKeys.current);
  return context.json({ ticket, expiresAt: isoTime(expiresAt) });
});

async function watch(context: Context<Api>, id: string): Promise<Response> {
  if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
    const detail = "this is a WebSocket: send Upgrade: websocket";
    return refuse({ code: "upgrade-required", detail, headers: { upgrade: "websocket" } });
  }
  // A request of our own: nothing that the caller sent reaches the object.
  const headers = { upgrade: "websocket" };
  const answer = await callPush(context.env, id, (push) => push.fetch(new Request("https://push/live", { headers })));
  if (answer.webSocket !== null) return new Response(null, { status: 101, webSocket: answer.webSocket });
  if (answer.status === 429) {
    const retryAfter = { "retry-after": TOO_MANY_RETRY_SECONDS };
    return refuse({ code: "too-many-requests", detail: "as many watch this push as can", headers: retryAfter });
  }
  return refuse({ code: "wrong-state", detail: "this push's ledger is past retention" });
}
