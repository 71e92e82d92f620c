import { Hono } from "hono";
import type { RouterRoute } from "hono/types";
import * as z from "zod";
import { ROUTE_SCOPES } from "../access/scopes.ts";
import { docsPage } from "../docs/page.ts";
import { documentOf, type OpenApi } from "../openapi/document.ts";
import { describe, routesOf } from "../openapi/operation.ts";

const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/**
 * `/openapi.json` and `/docs`, without a token: what the API takes and answers is no secret.
 * @param registered all routes of the app, read at the first request
 */
export function reference(registered: () => readonly RouterRoute[]): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  let document: OpenApi | null = null;
  const known = (): OpenApi => {
    document ??= documentOf(routesOf(registered()), ROUTE_SCOPES);
    return document;
  };
  routes.get(
    "/openapi.json",
    describe({
      id: "getOpenApi",
      section: "Health",
      summary: "Read this description",
      answers: { 200: { description: "An OpenAPI 3.1 document", json: z.looseObject({ openapi: z.string() }) } },
      caller: "anybody",
    }),
  );
  routes.get("/openapi.json", (context) => context.json(known()));
  routes.get(
    "/docs",
    describe({
      id: "getDocs",
      section: "Health",
      summary: "Read it as a page",
      answers: { 200: { description: "The page", text: ["text/html"] } },
      caller: "anybody",
    }),
  );
  routes.get("/docs", (context) => context.html(docsPage(known()), 200, PAGE_HEADERS));
  return routes;
}
