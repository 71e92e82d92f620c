import { type Context, evalToken, type Token, TokenKind, toValueSync, type Value } from "liquidjs";

/**
 * What liquidjs's `Value.value` gives, without a generator for each step. Printing variables is most of the work of a
 * mail, and this is three times as fast.
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

/** liquidjs's `Filter`, with the fields that its types keep private. Our filters are synchronous. */
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

const known = new WeakMap<Token, string[] | null>();

/** The names in `attributes.plan.name`; null for what has to be worked out, as `attributes[area]`. */
function plainPath(token: Token): string[] | null {
  let path = known.get(token);
  if (path === undefined) {
    const names = "props" in token && !("variable" in token && token.variable) ? (token.props as Token[]) : [];
    const plain = names.length > 0 && names.every((name) => name.kind === TokenKind.Word);
    path = plain ? names.map((name) => name.getText()) : null;
    known.set(token, path);
  }
  return path;
}
