import { type Template, type Token, Value } from "liquidjs";

/** Long literals and paths cost work too. */
const SOURCE_CHARS_PER_UNIT = 16;

const costs = new WeakMap<Template[], number>();

/**
 * The cost of running these nodes once, by their operands and filters. Values read and child nodes are charged
 * separately when reached.
 */
export function costOf(templates: Template[]): number {
  let cost = costs.get(templates);
  if (cost === undefined) {
    cost = templates.reduce((sum, template) => sum + nodeCost(template), 0);
    costs.set(templates, cost);
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

/** liquidjs's `Filter` with a field that is private in its types. */
interface FilterNode {
  readonly token: Token;
}
