import { type Filter, Tag, type Template, type Token, TokenKind, Value } from "liquidjs";

// Measured, at 40 ns a unit.
const NODE_UNITS = 0.5;
const TAG_UNITS = 10;
const OPERATOR_UNITS = 8;
const OPERAND_UNITS = 2;
/** A value of `when`, and a computed path (`attributes[area]`), pass through liquidjs's generators. */
const GENERATOR_UNITS = 8;
const FILTER_UNITS = 2;
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
  let cost = template instanceof Tag ? TAG_UNITS : NODE_UNITS;
  for (const argument of template.arguments?.() ?? []) {
    if (argument instanceof Value) cost += valueCost(argument.initial.postfix, argument.filters);
    else if (argument?.kind === TokenKind.FilteredValue) {
      // `cycle` keeps its values as tokens, and builds the values at each rendering.
      const { initial, filters } = argument as unknown as { initial: Value["initial"]; filters: Filter[] };
      cost += TAG_UNITS + valueCost(initial.postfix, filters);
    } else if (argument) cost += GENERATOR_UNITS + tokenCost(argument); // undefined for `reversed`
  }
  return cost;
}

function valueCost(operands: readonly Token[], filters: readonly Filter[]): number {
  let cost = 0;
  for (const operand of operands) cost += tokenCost(operand);
  for (const filter of filters) {
    const { begin, end } = tokenOf(filter);
    cost += FILTER_UNITS + OPERAND_UNITS * filter.args.length + (end - begin) / SOURCE_CHARS_PER_UNIT;
  }
  return cost;
}

function tokenCost(token: Token): number {
  const units = token.kind === TokenKind.Operator ? OPERATOR_UNITS : OPERAND_UNITS;
  const props = "props" in token ? (token.props as readonly Token[]) : [];
  const computed = props.some((prop) => prop.kind !== TokenKind.Word) ? GENERATOR_UNITS * props.length : 0;
  return units + computed + (token.end - token.begin) / SOURCE_CHARS_PER_UNIT;
}

/** A filter token itself, or the field of liquidjs's `Filter` that is private in its types. */
function tokenOf(filter: Filter): Pick<Token, "begin" | "end"> {
  return (filter as unknown as { token?: Token }).token ?? (filter as unknown as Token);
}
