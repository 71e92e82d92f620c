import { html, raw } from "hono/html";
import type { DocumentedAnswer, DocumentedOperation, OpenApi } from "../openapi/document.ts";
import type { JsonSchema } from "../openapi/schema.ts";
import { type Html, jsonOf, lineOf, NOTHING, proseOf } from "./prose.ts";
import { rowOf, schemaOf, typeOf } from "./schema.ts";

const STYLE = raw(`
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
nav { columns: 16rem; font-size: 0.9rem; }
nav ul { margin: 0 0 0.5rem; padding-left: 1rem; break-inside: avoid; }
article { border-top: 1px solid #8888; padding: 0.5rem 0 1rem; }
h3 { margin: 0.5rem 0; } h4 { margin: 0.75rem 0 0.25rem; }
code, pre { font: 0.9em/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.5rem; background: #8882; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #8884; padding: 0.2rem 0.75rem 0.2rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { min-width: 6rem; }
`);

/** The reference as a page: without a script, and without anything from elsewhere. */
export function docsPage(document: OpenApi): Html {
  const { info, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const sections = tags.map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: the API</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${info.title}: the API</h1>
<p>For programs: <a href="openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>
<nav>${sections.map((section) => html`<ul><b>${section.name}</b>${section.operations.map(linkTo)}</ul>`)}</nav>
${proseOf(info.description)}
${sections.map(
  ({ name, description, operations: all }) =>
    html`<section><h2>${name}</h2>${proseOf(description)}${all.map(articleOf)}</section>`,
)}
<section><h2>Objects</h2>${Object.entries(components.schemas).map(([name, schema]) => objectOf(name, schema))}</section>
</body>
</html>`;
}

interface Listed {
  readonly path: string;
  readonly method: string;
  readonly operation: DocumentedOperation;
}

function linkTo({ method, path, operation }: Listed): Html {
  return html`<li><a href="#${operation.operationId}">${method} ${path}</a></li>`;
}

function articleOf({ method, path, operation }: Listed): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return html`<article id="${operationId}">
<h3><code>${method} ${path}</code></h3>
<p><b>${lineOf(summary)}</b></p>
${proseOf(description ?? "")}
${parameters.length === 0 ? NOTHING : html`<h4>Parameters</h4><table>${parameters.map(parameterOf)}</table>`}
${requestBody === undefined ? NOTHING : bodyOf(requestBody)}
<h4>Answers</h4>
<table>${Object.entries(responses).map(([status, answer]) => answerOf(status, answer))}</table>
</article>`;
}

function parameterOf({
  name,
  in: place,
  required,
  description,
  schema,
}: DocumentedOperation["parameters"][number]): Html {
  const shown = place === "path" ? `{${name}}` : place === "query" ? `?${name}` : name;
  return rowOf(shown, description === undefined ? schema : { ...schema, description }, required);
}

function bodyOf({ required, description, content }: NonNullable<DocumentedOperation["requestBody"]>): Html {
  return html`<h4>Body${required ? "" : " (optional)"}</h4>
${proseOf(description ?? "")}
${Object.entries(content).map(([type, { schema, examples }]) => {
  const shown =
    type === "application/json" && schema.type !== "string" ? schemaOf(schema) : html`<p><code>${type}</code></p>`;
  return html`${shown}${Object.values(examples ?? {}).map(({ value }) => jsonOf(value))}`;
})}`;
}

function answerOf(status: string, { description, content }: DocumentedAnswer): Html {
  const [type, first] = Object.entries(content ?? {})[0] ?? [];
  const body = first === undefined || type === undefined ? NOTHING : contentOf(type, first.schema);
  return html`<tr><td>${status}</td><td>${body}</td><td>${proseOf(description)}</td></tr>`;
}

function contentOf(type: string, schema: JsonSchema): Html {
  if (!type.endsWith("json")) return html`<code>${type}</code>`;
  return schema.properties === undefined ? typeOf(schema) : schemaOf(schema);
}

function objectOf(name: string, schema: JsonSchema): Html {
  return html`<article id="schema-${name}"><h3>${name}</h3>${proseOf(schema.description ?? "")}${schemaOf(schema)}</article>`;
}
