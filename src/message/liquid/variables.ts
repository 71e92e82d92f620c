import {
  AssignTag,
  EchoTag,
  type Filter,
  IfTag,
  Output,
  type Template,
  type Token,
  TokenKind,
  UnlessTag,
  Value,
} from "liquidjs";
import { LimitError } from "./budget.ts";

// liquidjs has an analysis of its own, which counts the lines from the top for every variable: quadratic.

/** Names from a root variable inwards; ends before a computed name, as in `attributes[area]`. */
export type Path = readonly string[];

/**
 * How a template uses a variable. `printed`: every recipient's mail prints it, or a value made of it. `read`: a
 * condition, a loop or an assignment reads it, or some recipients' mails print it. `tested`: the template provides for
 * recipients without it (`{% if x %}`, `x == blank`, `x | default: "…"`).
 */
export type Use = "printed" | "read" | "tested";

export interface Variable {
  readonly path: Path;
  readonly use: Use;
  /** For the position. */
  readonly token: Token;
}

/** Paths nest this deep at most: `a[b[c]]`. */
const MAX_PATH_DEPTH = 20;
/** A name stands for a path of at most so many names: `{% assign a = a.b %}` again and again would add up. */
const MAX_ALIAS_NAMES = 20;
const COMPARISONS = new Set(["==", "!=", ">", "<", ">=", "<=", "contains"]);
const ABSENCES = new Set(["nil", "null", "blank", "empty", '""', "''"]);

/**
 * The variables of a template that it does not set itself, in order, in linear time. A variable assigned from another
 * one (`{% assign plan = attributes.plan | upcase %}`) stands for that one. The tree nests as deep as the caller allowed.
 */
export function variablesOf(templates: readonly Template[]): Variable[] {
  const found: Variable[] = [];
  visit(templates, { locals: new Map(), blocks: [], guards: [] }, found);
  return found;
}

interface Scope {
  /** Names that the template sets; the value is the path that a name stands for, or null. */
  readonly locals: Map<string, Path | null>;
  /** Names that loops set, innermost last. */
  readonly blocks: (readonly string[])[];
  /** The paths that enclosing conditions and loops read, as JSON, innermost last. */
  readonly guards: ReadonlySet<string>[];
}

function visit(templates: readonly Template[], scope: Scope, found: Variable[]): void {
  for (const template of templates) {
    const operands = operandsOf(template).flatMap((operand) => resolve(operand, scope));
    const alias = aliasOf(template, operands);
    for (const { path, use, token } of operands) {
      // The uses of an alias count.
      found.push({ path, use: alias === null ? guarded(path, use, scope.guards) : "tested", token });
    }
    for (const name of template.localScope?.() ?? []) {
      scope.locals.set((name as unknown as { content: string }).content, alias);
    }
    if (!template.children) continue;
    if (template.blockScope) scope.blocks.push([...template.blockScope()]);
    const isConditional = "branches" in template || "collection" in template;
    if (isConditional) scope.guards.push(new Set(operands.map(({ path }) => JSON.stringify(path))));
    visit(template.children(false, true).next().value as Template[], scope, found);
    if (isConditional) scope.guards.pop();
    if (template.blockScope) scope.blocks.pop();
  }
}

interface Operand {
  readonly token: Token;
  readonly use: Use;
}

function operandsOf(template: Template): Operand[] {
  // An output has no `arguments`.
  if (template instanceof Output) return valueOperands(template.value, "printed");
  const operands: Operand[] = [];
  const use = useOf(template);
  for (const argument of template.arguments?.() ?? []) {
    if (argument instanceof Value) operands.push(...valueOperands(argument, use));
    // `cycle` keeps its values as tokens.
    else if (isFilteredValue(argument)) operands.push(...valueOperands(argument, "printed"));
    else if (argument) operands.push({ token: argument, use });
  }
  return operands;
}

/** The use of a value that stands alone in a tag. */
function useOf(template: Template): Use {
  if (template instanceof EchoTag) return "printed";
  return template instanceof IfTag || template instanceof UnlessTag ? "tested" : "read";
}

function isFilteredValue(token: unknown): token is Value {
  return typeof token === "object" && token !== null && "initial" in token && "filters" in token;
}

/** The operands of an expression and its filters. What a later `default` replaces is tested only. */
function valueOperands({ initial: { postfix }, filters }: Value, use: Use): Operand[] {
  const last = filters.findLastIndex(({ name }: Filter) => name === "default");
  const hasOperators = postfix.some(({ kind }) => kind === TokenKind.Operator);
  const own = hasOperators ? conditionOperands(postfix) : postfix.map((token) => ({ token, use }));
  const operands: Operand[] = last >= 0 ? own.map(({ token }) => ({ token, use: "tested" })) : own;
  for (const [index, { args }] of filters.entries()) {
    for (const arg of args) {
      const token = Array.isArray(arg) ? arg[1] : arg;
      if (token) operands.push({ token, use: index < last ? "tested" : use });
    }
  }
  return operands;
}

/** An operand on its own, or compared with nothing, is tested; one compared with a value is read. */
function conditionOperands(postfix: readonly Token[]): Operand[] {
  const operands: Operand[] = [];
  const stack: Token[] = [];
  const settle = (use: Use) => {
    const token = stack.pop();
    if (token && token.kind !== TokenKind.Operator) operands.push({ token, use });
  };
  for (const token of postfix) {
    if (token.kind !== TokenKind.Operator) {
      stack.push(token);
      continue;
    }
    const operator = token.getText();
    if (operator === "not") continue;
    const isTest = !COMPARISONS.has(operator) || stack.slice(-2).some((each) => ABSENCES.has(each.getText()));
    settle(isTest ? "tested" : "read");
    settle(isTest ? "tested" : "read");
    stack.push(token); // the result
  }
  while (stack.length > 0) settle("tested");
  return operands;
}

/** The global paths that a token reads; none for literals and for the template's own variables. */
function resolve({ token, use }: Operand, scope: Scope, depth = 0): Variable[] {
  if (depth > MAX_PATH_DEPTH) throw new LimitError(`it nests paths over ${MAX_PATH_DEPTH} deep`);
  const within = (inner: Token, innerUse: Use) => resolve({ token: inner, use: innerUse }, scope, depth + 1);
  if ("lhs" in token && "rhs" in token) {
    return [token.lhs, token.rhs].flatMap((bound) => within(bound as Token, "read"));
  }
  if ("bound" in token) return within(token.bound as Token, use);
  if (!("props" in token)) return [];
  const props = token.props as readonly (Token & { readonly content?: unknown })[];
  const computed = props.flatMap((prop) => ("props" in prop ? within(prop, "read") : []));
  const end = props.findIndex((prop) => !("content" in prop));
  const names = props.slice(0, end < 0 ? undefined : end).map(({ content }) => String(content));
  const path = "variable" in token && token.variable ? null : globalPath(names, scope);
  return path === null ? computed : [{ path, use: end < 0 ? use : "tested", token }, ...computed];
}

function globalPath([root, ...rest]: Path, { locals, blocks }: Scope): Path | null {
  if (root === undefined || blocks.some((names) => names.includes(root))) return null;
  const alias = locals.get(root);
  if (alias === undefined) return [root, ...rest];
  return alias === null ? null : [...alias, ...rest];
}

/** The path that an assigned name stands for; null: a value of its own. */
function aliasOf(template: Template, operands: readonly Variable[]): Path | null {
  const [only, ...more] = operands;
  const isAlias = template instanceof AssignTag && only && more.length === 0 && only.use !== "tested";
  return isAlias && only.path.length <= MAX_ALIAS_NAMES ? only.path : null;
}

/** Within a condition or loop, only some mails print a variable; none lacks one that the condition itself reads. */
function guarded(path: Path, use: Use, guards: Scope["guards"]): Use {
  if (guards.length === 0 || use === "tested") return use;
  const key = JSON.stringify(path);
  return guards.some((keys) => keys.has(key)) ? "tested" : "read";
}
