import { type Context, evalToken, type Token, TokenKind, toValueSync, type Value } from "liquidjs";

/**
 * Equals liquidjs's `Value.value` without a generator per step: three times as fast, for the most frequent operation of
 * a rendering.
 */
export function evaluate(value: Value, context: Context): unknown {
  const [first, second] = value.initial.postfix;
  let result = first && !second ? operand(first, context) : toValueSync(value.initial.evaluate(context, false));
  for (const { handler, args, token } of value.filters as unknown as FilterNode[]) {
    const values = args.map((arg) => (Array.isArray(arg) ? [arg[0], operand(arg[1], context)] : operand(arg, context)));
    result = handler.apply({ context, token, liquid: context.liquid } as never, [result, ...values] as never);
  }
  return result;
}

/** liquidjs's `Filter` with fields that are private in its types. Our filters are synchronous. */
interface FilterNode {
  readonly handler: (...args: never) => unknown;
  readonly args: (Token | [string, Token])[];
  readonly token: Token;
}

function operand(token: Token, context: Context): unknown {
  if ("content" in token) return token.content;
  const path = plainPath(token);
  return path ? context._get(path) : toValueSync(evalToken(token as never, context));
}

const plainPaths = new WeakMap<Token, string[] | null>();

/** The names in `attributes.plan.name`; null for computed paths such as `attributes[area]`. */
function plainPath(token: Token): string[] | null {
  let path = plainPaths.get(token);
  if (path === undefined) {
    const names = "props" in token && !("variable" in token && token.variable) ? (token.props as Token[]) : [];
    const plain = names.length > 0 && names.every((name) => name.kind === TokenKind.Word);
    path = plain ? names.map((name) => name.getText()) : null;
    plainPaths.set(token, path);
  }
  return path;
}
