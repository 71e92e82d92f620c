import { createMiddleware } from "hono/factory";
import type { H, RouterRoute } from "hono/types";
import type * as z from "zod";
import type { ProblemCode } from "../problem-codes.ts";
import type { Section } from "./guide.ts";

/** An answer that is no error: JSON of a schema, a text of another media type, or nothing. */
export interface Answer {
  readonly description: string;
  /** The schema of the JSON; its output is what is answered. */
  readonly json?: z.ZodType;
  /** Media types of a body that is not JSON. */
  readonly text?: readonly string[];
  /** It has `Location`. */
  readonly hasLocation?: boolean;
}

/** What `/openapi.json` says of a route. Its token, its scope and the errors of every such route are added to it. */
export interface Operation {
  /** Unique; what a generated client may call it. */
  readonly id: string;
  readonly section: Section;
  /** One line: what it does. */
  readonly summary: string;
  /** CommonMark, of which `/docs` shows paragraphs, lists and code. */
  readonly description?: string;
  /** The schema of each parameter in the path. */
  readonly path?: Readonly<Record<string, z.ZodType>>;
  /** The schema that validates the query: an object of texts. */
  readonly query?: z.ZodObject;
  /** The schema that validates the body, or the media types of a body that is not JSON. */
  readonly body?:
    | { readonly json: z.ZodType; readonly isOptional?: boolean; readonly examples?: readonly unknown[] }
    | { readonly text: readonly string[]; readonly description: string };
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** The errors that no other member implies. */
  readonly refusals?: readonly ProblemCode[];
  /**
   * Who may call it. `token`, by default; `anybody`; `either`: a part of it wants a token; `provider`: somebody who
   * signs or authenticates otherwise.
   */
  readonly caller?: "token" | "anybody" | "either" | "provider";
}

const OPERATIONS = new WeakMap<H, Operation>();

/**
 * Describes a route; it stands above the handler. The rule: every route has one, with the schemas that validate its
 * query and its body, and with each answer and error. Tests find a route without it, and any answer to a test's request
 * (`api` in test/http) that the document does not describe: status, code, fields, media type, headers.
 * @example
 * pushes.get("/:id", describe({ id: "getPush", section: "Pushes", summary: "Read a push", path, answers, refusals }));
 * pushes.get("/:id", async (context) => …);
 */
export function describe(operation: Operation) {
  const pass = createMiddleware((_context, next) => next());
  OPERATIONS.set(pass, operation);
  return pass;
}

/** A route of the API; `operation` null: nobody has described it. */
export interface Route {
  /** "GET /api/pushes/:id", as Hono has it. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation | null;
}

/** Each method of each path once, in the order of their registration. */
export function routesOf(registered: readonly RouterRoute[]): Route[] {
  const routes = new Map<string, Route>();
  for (const { method, path, handler } of registered) {
    // Middleware, and the refusals of other methods.
    if (method === "ALL") continue;
    const key = `${method} ${path}`;
    const operation = OPERATIONS.get(handler) ?? routes.get(key)?.operation ?? null;
    routes.set(key, { key, method, path, operation });
  }
  return [...routes.values()];
}
