import { type Context, Hono } from "hono";
import * as z from "zod";
import { readSettings } from "../../../config/settings.ts";
import { type Unsubscribed, undoUnsubscribe, unsubscribe } from "../../../feedback/unsubscribe.ts";
import { logError } from "../../../log.ts";
import { type SignedDelivery, verifyToken } from "../../../message/signed/delivery-token.ts";
import { describe } from "../../openapi/operation.ts";
import { drain } from "../../request/body.ts";
import { type PageKind, pageLanguage, unsubscribePage } from "../../unsubscribe-page.ts";

/**
 * `/u/:token`, the link in List-Unsubscribe: a page that asks, and by POST the unsubscribe itself (RFC 8058: at once,
 * without cookie or redirect). `/u/:token/undo` takes it back. GET and HEAD change nothing, since scanners follow links.
 */
export const unsubscribeRoutes = new Hono<{ Bindings: Env }>();

type Request = Context<{ Bindings: Env }>;

unsubscribeRoutes.get("/:token", describePage("showUnsubscribe", "Show the page of an unsubscribe link"), (context) =>
  answer(context, async () => "ask"),
);
unsubscribeRoutes.get("/:token/undo", describePage("showUndo", "Show the same page"), (context) =>
  answer(context, async () => "ask"),
);
unsubscribeRoutes.post("/:token", describePage("unsubscribe", "Unsubscribe, with one click (RFC 8058)"), (context) =>
  answer(context, async (delivery, now) => pageAfter(await unsubscribe(context.env, delivery, now), "done")),
);
unsubscribeRoutes.post("/:token/undo", describePage("undoUnsubscribe", "Take the unsubscribe back"), (context) =>
  answer(context, async (delivery, now) => pageAfter(await undoUnsubscribe(context.env, delivery, now), "undone")),
);

function describePage(id: string, summary: string) {
  const page = (description: string) => ({ description, text: ["text/html"] });
  return describe({
    id,
    section: "Feedback",
    summary,
    path: { token: z.string() },
    answers: {
      200: page("A page"),
      404: page("The link is not right"),
      429: page("Too many requests"),
      503: page("Nothing may have been changed"),
    },
    caller: "anybody",
  });
}

function pageAfter(result: Unsubscribed, done: PageKind): PageKind {
  return result === "done" ? done : "unknown";
}

async function answer(
  context: Request,
  act: (delivery: SignedDelivery, now: number) => Promise<PageKind>,
): Promise<Response> {
  const { req, env } = context;
  const token = req.param("token") ?? "";
  const language = pageLanguage(req.header("accept-language"));
  await drain(req.raw);
  let kind: PageKind;
  try {
    const delivery = verifyToken("unsubscribe", token, readSettings(env).signingKeys);
    if (delivery === null) {
      // Only failures count by address: mailbox providers send the POSTs of millions from a few.
      const guess = await isWithinLimit(env, `address:${req.header("cf-connecting-ip") ?? ""}`);
      return unsubscribePage(guess ? "not-found" : "busy", language);
    }
    const { push, recipient } = delivery;
    kind = (await isWithinLimit(env, `token:${push}.${recipient}`)) ? await act(delivery, Date.now()) : "busy";
  } catch (error) {
    // No path and no cause for whoever asks: the one holds the token, the other may name our configuration.
    logError({ at: "unsubscribe", error: String(error).replaceAll(token, "TOKEN") });
    kind = "failed";
  }
  return unsubscribePage(kind, language, actionOf(req.path.endsWith("/undo"), kind, token));
}

/** Where the button posts to, relative to `/u/TOKEN` or `/u/TOKEN/undo`: PUBLIC_URL may have a path. */
function actionOf(isUndo: boolean, shown: PageKind, token: string): string {
  return `${isUndo ? "../" : ""}${token}${shown === "done" ? "/undo" : ""}`;
}

/** A limit that does not answer must not keep anybody subscribed. */
async function isWithinLimit(env: Env, key: string): Promise<boolean> {
  try {
    return (await env.UNSUBSCRIBE_LIMIT.limit({ key })).success;
  } catch (error) {
    logError({ at: "unsubscribe limit", error: String(error) });
    return true;
  }
}
