import { type Context, Hono } from "hono";
import { matchedRoutes } from "hono/route";
import { ConfigError } from "../config/error.ts";
import { readSettings } from "../config/settings.ts";
import { logError, logEvent } from "../log.ts";
import { PushUnreachable } from "../push/call.ts";
import { onBehalfOf } from "../request-id.ts";
import { authenticate } from "./access/authenticate.ts";
import type { Api, Caller } from "./access/caller.ts";
import { RATE_LIMIT_POLICY } from "./access/rate-limit.ts";
import { requireScope } from "./access/scopes.ts";
import { onceForEachKey } from "./idempotency/idempotency.ts";
import { refuse } from "./problem.ts";
import { unreachable } from "./push.ts";
import { drain } from "./request/body.ts";
import { drafts } from "./routes/drafts.ts";
import { health } from "./routes/health.ts";
import { feedback } from "./routes/people/feedback.ts";
import { recipientImport } from "./routes/people/import.ts";
import { recipients } from "./routes/people/recipients.ts";
import { segments } from "./routes/people/segments.ts";
import { suppressionFiles } from "./routes/people/suppression-files.ts";
import { suppressions } from "./routes/people/suppressions.ts";
import { unsubscribeRoutes } from "./routes/people/unsubscribe.ts";
import { content } from "./routes/pushes/content.ts";
import { deliveries } from "./routes/pushes/deliveries.ts";
import { pushExport } from "./routes/pushes/export.ts";
import { hold } from "./routes/pushes/hold.ts";
import { live, liveByTicket } from "./routes/pushes/live.ts";
import { pace } from "./routes/pushes/pace.ts";
import { pauseAll } from "./routes/pushes/pause-all.ts";
import { previewFrame } from "./routes/pushes/preview-frame.ts";
import { pushes } from "./routes/pushes/pushes.ts";
import { reference } from "./routes/reference.ts";
import { relays } from "./routes/relays.ts";
import { session, sessionLinks } from "./routes/session.ts";
import { settings } from "./routes/settings.ts";
import { templates } from "./routes/templates.ts";
import { tokens } from "./routes/tokens.ts";
import { wellKnown } from "./routes/well-known.ts";

import { SECURITY_HEADERS } from "./security-headers.ts";

/** The HTTP side of the Worker: `app.fetch(request, env, ctx)`. */
export const app = new Hono<Api>();

app.onError(onError);
app.use(async (context, next) => {
  // Made here, not taken from the request: a caller must not choose what the log says.
  const requestId = crypto.randomUUID();
  await onBehalfOf(requestId, async () => {
    await next();
    logAnswer(context);
  });
  context.header("x-request-id", requestId);
  // Most answers hold personal data.
  context.header("cache-control", "no-store");
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!context.res.headers.has(name)) context.header(name, value);
  }
});
app.notFound((context) => refuse({ code: "no-such-path", detail: `there is nothing at ${context.req.path}` }));

app.use("/api/*", async (context, next) => {
  await next();
  context.header("ratelimit-policy", RATE_LIMIT_POLICY);
});

// Before the token check: a monitor without the token may ask whether the Worker runs.
app.route("/api/health", health);

// Before the token check too: providers sign or authenticate their calls, each in its own way.
app.route("/api/feedback", feedback);

app.route("/api/session", session);

// A ticket stands for a token where a browser can send none.
app.route("/api/pushes", liveByTicket);

app.route("/.well-known", wellKnown);

// For the people who get the mails.
app.route("/u", unsubscribeRoutes);

app.route(
  "/",
  reference(() => app.routes),
);

app.use("/api/*", authenticate);
app.use("/api/*", async (context, next) => {
  await next();
  await drain(context.req.raw);
});
app.use("/api/*", requireScope);
app.use("/api/*", async (context, next) => {
  readSettings(context.env);
  await next();
});
app.use("/api/*", onceForEachKey);
app.route("/api/recipients", recipients);
app.route("/api/recipients/import", recipientImport);
app.route("/api/suppressions", suppressionFiles);
app.route("/api/suppressions", suppressions);
app.route("/api/pushes", drafts);
app.route("/api/pushes/pause", pauseAll);
app.route("/api/pushes/preview/frame", previewFrame);
app.route("/api/pushes", pushes);
app.route("/api/pushes", content);
app.route("/api/pushes", hold);
app.route("/api/pushes", deliveries);
app.route("/api/pushes", pace);
app.route("/api/pushes", live);
app.route("/api/pushes", pushExport);
app.route("/api/templates", templates);
app.route("/api/segments", segments);
app.route("/api/tokens", tokens);
app.route("/api/relays", relays);
app.route("/api/settings", settings);
app.route("/api/session/links", sessionLinks);

refuseOtherMethods();

/** Answers 405 with Allow for the unsupported methods of each known path. */
function refuseOtherMethods(): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue;
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(method));
    if (method === "GET") known.add("HEAD");
  }
  for (const [path, known] of methods) {
    const allow = [...known].join(", ");
    const detail = `this path takes ${allow}`;
    app.all(path, () => refuse({ code: "method-not-allowed", detail, headers: { allow } }));
  }
}

/** Logs each request that is to change something, and each that is refused; not the polls of those who look on. */
function logAnswer(context: Context<Api>): void {
  const { method, path } = context.req;
  const { status, headers } = context.res;
  if ((method === "GET" || method === "HEAD") && status < 400) return;
  // A new push is named by the answer alone.
  const push = PUSH_PATH.exec(headers.get("location") ?? path)?.[1];
  // Undefined before the token check.
  const by = (context.get("caller") as Caller | undefined)?.name;
  logEvent({ at: "http", event: "answered", method, route: routeOf(context), status, by, push });
}

const PUSH_PATH = /^\/api\/pushes\/([0-9a-z]{16})(?:\/|$)/;

/** The route, not the path: a path may hold an address. */
function routeOf(context: Context): string | undefined {
  return matchedRoutes(context).at(-1)?.path;
}

/** Details go to the log, not to the client. */
function onError(error: Error, context: Context): Response {
  if (error instanceof ConfigError) {
    const errors = error.problems.map(({ variable, message }) => ({ path: variable, message }));
    const detail = `the configuration is not valid: ${error.message}`;
    return refuse({ code: "invalid-configuration", detail, errors });
  }
  const { method } = context.req;
  logError({ at: "http", method, route: routeOf(context), error: String(error), stack: error.stack });
  if (error instanceof PushUnreachable) return refuse(unreachable(error, method));
  return refuse({ code: "internal-error", detail: "something went wrong here, and it is in the log" });
}
