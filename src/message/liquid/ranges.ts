import { type Context, evalTokenValue, Token, Tokenizer, TokenKind, toValueSync } from "liquidjs";
import { LimitError } from "./budget.ts";

/** A bound beyond this means nothing in a mail. */
const MAX_RANGE_BOUND = 2 ** 31;

// liquidjs counts a range's length before it fills it, but past 2^53 that length is a lie, and counting up by one never
// gets there: (9007199254740992..9007199254740994) fills the memory. All ranges, in tags, outputs and filters, are
// read at this one place, which the library offers no other way into.
const readGroupOrRange = Tokenizer.prototype.readGroupOrRange;
Tokenizer.prototype.readGroupOrRange = function () {
  const token = readGroupOrRange.call(this);
  if (token?.kind === TokenKind.Range && "lhs" in token) {
    token.lhs = asBound(token.lhs);
    token.rhs = asBound(token.rhs);
  }
  return token;
};

/** A token that gives another one's value as the bound of a range. */
function asBound<T extends Token>(token: T): T {
  const evaluate = (context: Context): number => {
    const value: unknown = toValueSync(evalTokenValue(token as never, context));
    const bound = typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
    if (Math.abs(bound) > MAX_RANGE_BOUND) throw new LimitError(`a range runs past ${MAX_RANGE_BOUND}`);
    return bound;
  };
  const { input, begin, end } = token;
  const initial = { evaluate, postfix: [] };
  return Object.assign(Object.create(Token.prototype), {
    kind: TokenKind.FilteredValue,
    input,
    begin,
    end,
    initial,
    filters: [],
  });
}
