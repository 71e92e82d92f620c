import { type Template, type Token, Value } from "liquidjs";

/** Long literals and long paths are work too. */
const SOURCE_CHARS_PER_UNIT = 16;

const known = new WeakMap<Template[], number>();

/**
 * What running these nodes once costs: by the operands and filters that are written in them. The values they read and
 * the nodes inside them are charged apart, when it comes to them.
 */
export function costOf(templates: Template[]): number {
  let cost = known.get(templates);
  if (cost === undefined) {
    cost = templates.reduce((sum, template) => sum + nodeCost(template), 0);
    known.set(templates, cost);
  }
  return cost;
}

function nodeCost(template: Template): number {
  let cost = 1;
  for (const argument of template.arguments?.() ?? []) {
    if (argument instanceof Value) {
      for (const operand of argument.initial.postfix) cost += tokenCost(operand);
      for (const filter of argument.filters)
        cost += 1 + filter.args.length + tokenCost((filter as unknown as FilterNode).token);
    } else if (argument) cost += tokenCost(argument); // undefined for `reversed`
  }
  return cost;
}

function tokenCost(token: Pick<Token, "begin" | "end">): number {
  return 1 + (token.end - token.begin) / SOURCE_CHARS_PER_UNIT;
}

/** liquidjs's `Filter`, with a field that its types keep private. */
interface FilterNode {
  readonly token: Token;
}
