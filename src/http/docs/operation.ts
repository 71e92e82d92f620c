import { html } from "hono/html";
import type { DocumentedAnswer, DocumentedOperation } from "../openapi/document.ts";
import type { JsonSchema } from "../openapi/schema.ts";
import type { Listed } from "./page.ts";
import { type Html, jsonOf, lineOf, NOTHING, proseOf } from "./prose.ts";
import { rowOf, schemaOf, typeOf } from "./schema.ts";

/** All of one operation: what it does, what it takes, what it answers. */
export function articleOf({ method, path, operation }: Listed): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const answers = Object.entries(responses);
  const refusals = answers.filter(([status]) => isRefusal(status));
  return html`<article id="${operationId}">
<h3>${lineOf(summary)}</h3>
<p class="route">${methodOf(method)}<code>${path}</code></p>
${description === undefined ? NOTHING : html`<div class="prose">${proseOf(description)}</div>`}
${parameters.length === 0 ? NOTHING : html`<h4>Parameters</h4><dl class="fields">${parameters.map(parameterOf)}</dl>`}
${requestBody === undefined ? NOTHING : bodyOf(requestBody)}
<h4>Answers</h4>
<dl class="fields answers">${answers.filter(([status]) => !isRefusal(status)).map(answerOf)}</dl>
${refusals.length === 0 ? NOTHING : refusalsOf(refusals)}
</article>`;
}

/** GET, POST … as a sign. */
export function methodOf(method: string): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`;
}

function parameterOf({
  name,
  in: place,
  required,
  description,
  schema,
}: DocumentedOperation["parameters"][number]): Html {
  const shown = place === "path" ? `{${name}}` : place === "query" ? `?${name}` : name;
  return rowOf(shown, description === undefined ? schema : { ...schema, description }, required, "taken");
}

function bodyOf({ required, description, content }: NonNullable<DocumentedOperation["requestBody"]>): Html {
  return html`<h4>Body${required ? "" : " (optional)"}</h4>
${description === undefined ? NOTHING : html`<div class="prose">${proseOf(description)}</div>`}
${Object.entries(content).map(([type, { schema, examples }]) => {
  const isFields = type === "application/json" && schema.type !== "string";
  const shown = isFields ? schemaOf(schema, "taken") : html`<p><code>${type}</code></p>`;
  return html`${Object.values(examples ?? {}).map(({ value }) => jsonOf(value))}${shown}`;
})}`;
}

function isRefusal(status: string): boolean {
  return Number(status) >= 400;
}

/** The same few stand under each operation: closed, with their statuses to be seen. */
function refusalsOf(refusals: readonly (readonly [string, DocumentedAnswer])[]): Html {
  return html`<details><summary>Errors: ${refusals.map(([status]) => status).join(", ")}</summary>
<dl class="fields answers">${refusals.map(answerOf)}</dl></details>`;
}

function answerOf([status, { description, content }]: readonly [string, DocumentedAnswer]): Html {
  const [type, first] = Object.entries(content ?? {})[0] ?? [];
  const body = first === undefined || type === undefined ? NOTHING : contentOf(type, first.schema);
  return html`<div><dt class="status ${isRefusal(status) ? "bad" : "good"}">${status}</dt><dd>${proseOf(description)}${body}</dd></div>`;
}

function contentOf(type: string, schema: JsonSchema): Html {
  if (!type.endsWith("json")) return html`<p><code>${type}</code></p>`;
  // Every error is the same object: the introduction has it.
  if (type === "application/problem+json") return NOTHING;
  return schema.properties === undefined ? html`<p>${typeOf(schema)}</p>` : schemaOf(schema, "given");
}
