import { html, raw } from "hono/html";
import type { DocumentedOperation, OpenApi } from "../openapi/document.ts";
import type { JsonSchema } from "../openapi/schema.ts";
import { articleOf, methodOf } from "./operation.ts";
import { type Html, lineOf, NOTHING, proseOf } from "./prose.ts";
import { schemaOf } from "./schema.ts";
import { STYLE } from "./style.ts";

/** A method of a path, and what is known of it. */
export interface Listed {
  readonly path: string;
  readonly method: string;
  readonly operation: DocumentedOperation;
}

interface Section {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Listed[];
}

const OBJECTS = "objects";

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
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#introduction">Skip the contents</a>
<header class="top">
<a class="brand" href="/"><i></i>${info.title}</a><span>API reference</span>
<a class="end" href="openapi.json">openapi.json</a>
</header>
<div class="frame">
<nav class="contents" aria-label="Contents"><ul>
<li><b><a href="#introduction">Introduction</a></b></li>
${sections.map(contentsOf)}
<li><b><a href="#${OBJECTS}">Objects</a></b></li>
</ul></nav>
<main id="introduction">
<h1>The API of ${info.title}</h1>
<div class="prose">${proseOf(info.description)}
<p>For programs: <a href="openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p></div>
${sections.map(sectionOf)}
<section id="${OBJECTS}"><h2>Objects</h2>
${Object.entries(components.schemas).map(([name, schema]) => objectOf(name, schema))}</section>
</main>
</div>
</body>
</html>`;
}

function contentsOf({ name, operations }: Section): Html {
  return html`<li><b><a href="#${anchorOf(name)}">${name}</a></b><ul>${operations.map(
    ({ operation: { operationId, summary } }) => html`<li><a href="#${operationId}">${lineOf(summary)}</a></li>`,
  )}</ul></li>`;
}

function sectionOf({ name, description, operations }: Section): Html {
  return html`<section id="${anchorOf(name)}"><h2>${name}</h2>
<div class="prose">${proseOf(description)}</div>
<ul class="routes">${operations.map(
    ({ method, path, operation: { operationId, summary } }) =>
      html`<li>${methodOf(method)}<a href="#${operationId}"><code>${path}</code></a><span class="what">${lineOf(summary)}</span></li>`,
  )}</ul>
${operations.map(articleOf)}</section>`;
}

function anchorOf(section: string): string {
  return section.toLowerCase().replaceAll(" ", "-");
}

function objectOf(name: string, schema: JsonSchema): Html {
  const { description } = schema;
  return html`<article id="schema-${name}"><h3>${name}</h3>${
    description === undefined ? NOTHING : html`<div class="prose">${proseOf(description)}</div>`
  }${schemaOf(schema, "given")}</article>`;
}
