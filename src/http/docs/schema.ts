import { html } from "hono/html";
import type { JsonSchema } from "../openapi/schema.ts";
import { type Html, lineOf, NOTHING } from "./prose.ts";

const REFERENCE = "#/components/schemas/";
/** An enumeration that is longer is cut. */
const MAX_VALUES = 12;

/** Whether a caller gives it, or is answered with it. */
type Side = "taken" | "given";

/** The fields of a schema, of alternatives together; of one without fields, its type. */
export function schemaOf(schema: JsonSchema, side: Side): Html {
  const fields = fieldsOf(schema);
  if (fields === null) return html`<p>${typeOf(schema)}</p>`;
  return html`<dl class="fields">${fields.map((field) => rowOf(field.name, field.schema, field.isRequired, side))}</dl>`;
}

interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  /** In each alternative. */
  readonly isRequired: boolean;
}

/** null: it is no object with fields, nor a choice among such. */
function fieldsOf(schema: JsonSchema): Field[] | null {
  const alternatives = (schema.anyOf ?? [schema]) as JsonSchema[];
  const fields = new Map<string, JsonSchema>();
  for (const { properties } of alternatives) {
    if (properties === undefined) return null;
    for (const [name, field] of Object.entries(properties))
      if (!fields.has(name)) fields.set(name, field as JsonSchema);
  }
  return Array.from(fields, ([name, field]) => ({
    name,
    schema: field,
    isRequired: alternatives.every(({ required }) => required?.includes(name)),
  }));
}

/** A field: its name and type, what is to be said of it, and the fields that it has itself. */
export function rowOf(name: string, schema: JsonSchema, isRequired: boolean, side: Side): Html {
  const words = [limitsOf(schema), schema.description ?? ""].filter((one) => one !== "");
  // What is usual has no sign: an answer has all its fields, a call few of those that it may have.
  const need = isRequired === (side === "given") ? "" : isRequired ? "required" : "may be absent";
  // An object of its own, without a name.
  const inner = schema.properties === undefined ? (schema.items as JsonSchema | undefined) : schema;
  const fields =
    inner?.properties === undefined
      ? NOTHING
      : html`<dd class="inner"><details><summary>Its fields</summary>${schemaOf(inner, side)}</details></dd>`;
  return html`<div>
    <dt><code>${name}</code>${need === "" ? NOTHING : html`<span class="need">${need}</span>`}
      <span class="type">${typeOf(schema)}</span></dt>
    <dd>${lineOf(words.join(" "))}</dd>${fields}
  </div>`;
}

/** In a few words: "string or null", "list of Recipient". */
export function typeOf(schema: JsonSchema | boolean): Html {
  if (typeof schema === "boolean") return html`anything`;
  const { $ref, anyOf, allOf, enum: values, const: only, type, items } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice(REFERENCE.length);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (anyOf !== undefined) return alternatives(anyOf.map(typeOf));
  if (allOf?.[0] !== undefined) return typeOf(allOf[0]);
  if (only !== undefined) return html`<code>${JSON.stringify(only)}</code>`;
  if (values !== undefined) {
    const shown = values.slice(0, MAX_VALUES).map((value) => html`<code>${JSON.stringify(value)}</code>`);
    return alternatives(values.length > MAX_VALUES ? [...shown, html`…`] : shown);
  }
  if (type === "array") return html`list of ${typeOf((items as JsonSchema | undefined) ?? true)}`;
  if (Array.isArray(type)) return html`${type.join(" or ")}`;
  if (schema.format === "date-time") return html`time`;
  return html`${type ?? "anything"}`;
}

function alternatives(types: readonly Html[]): Html {
  return html`${types.map((type, n) => (n === 0 ? type : html` or ${type}`))}`;
}

function limitsOf({ minimum, maximum, maxLength, maxItems, default: preset }: JsonSchema): string {
  const limits = [
    minimum === undefined ? "" : `At least ${minimum}.`,
    maximum === undefined ? "" : `At most ${maximum}.`,
    maxLength === undefined ? "" : `At most ${maxLength} characters.`,
    maxItems === undefined ? "" : `At most ${maxItems} of them.`,
    preset === undefined ? "" : `Default: \`${JSON.stringify(preset)}\`.`,
  ];
  return limits.filter((one) => one !== "").join(" ");
}
