import * as z from "zod";

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 has it. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Schemas with an `id` in their meta, by that id; others stand where they are used. */
export type Components = Record<string, JsonSchema>;

/**
 * A zod schema as JSON Schema. Schemas with an `id` go to `components`.
 * @param side `input`: what a request may hold; `output`: what an answer holds, open to fields that come later
 */
export function schemaOf(schema: z.ZodType, side: "input" | "output", components: Components): JsonSchema {
  const { $schema, $defs, ...root } = z.toJSONSchema(schema, {
    io: side,
    // A transform of an answer is our own mistake; what a request is transformed to nobody asks.
    unrepresentable: side === "input" ? "any" : "throw",
    override: ({ jsonSchema }) => {
      if (side === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // The format says it; the pattern takes 300 characters.
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
  for (const [id, definition] of Object.entries($defs ?? {})) components[id] = referring(definition);
  return referring(root);
}

/** The query parameters of an object schema. A parameter is a text: its null, which stands for "not given", is left out. */
export function parametersOf(query: z.ZodObject, components: Components): { name: string; schema: JsonSchema }[] {
  const { properties = {} } = schemaOf(query, "input", components);
  return Object.entries(properties).map(([name, schema]) => ({ name, schema: withoutNull(schema as JsonSchema) }));
}

function withoutNull({ anyOf, ...schema }: JsonSchema): JsonSchema {
  if (schema.default === null) delete schema.default;
  const some = anyOf?.filter((one) => typeof one !== "object" || one.type !== "null");
  if (some === undefined) return schema;
  const [only] = some;
  return some.length === 1 && typeof only === "object" ? { ...only, ...schema } : { ...schema, anyOf: some };
}

/** zod refers to `#/$defs/…`. */
function referring(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'));
}
