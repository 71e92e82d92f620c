import { type Context, evalTokenValue, Token, Tokenizer, TokenKind, toValueSync } from "liquidjs";
import { LimitError } from "./budget.ts";

/** No mail needs a larger bound. */
const MAX_RANGE_BOUND = 2 ** 31;

// liquidjs checks a range's length before it builds the range, but above 2^53 adding one does not change a number:
// (9007199254740992..9007199254740994) fills the memory. This method parses all ranges (in tags, outputs and filters),
// and the library has no other hook.
const readGroupOrRange = Tokenizer.prototype.readGroupOrRange;
Tokenizer.prototype.readGroupOrRange = function () {
  const token = readGroupOrRange.call(this);
  if (token?.kind === TokenKind.Range && "lhs" in token) {
    token.lhs = asBound(token.lhs);
    token.rhs = asBound(token.rhs);
  }
  return token;
};

/** Wraps a token (`bound`) so that its value is checked as the bound of a range. */
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
    bound: token,
  });
}
