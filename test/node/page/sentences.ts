import { readFileSync } from "node:fs";
import { parseAst } from "vitest/node";

/** Of a syntax tree (ESTree): as much as is looked at. */
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Stands where a value is put in. */
export const VALUE = "¤";
/** Of one literal: two choices between two words each make four. */
const MAX_FORMS = 16;
/** What is told to nobody, or to those who read the API's description. */
const ASIDE = new Set(["describe", "meta", "exec", "prepare", "logError", "log"]);
const DESCRIBES = new Set(["description", "summary", "meaning", "examples"]);

/**
 * What a source may say: its texts of several words, each choice in them made, with `VALUE` for what is put in. Without
 * exceptions that are faults of the program, descriptions, types and SQL.
 */
export function sentencesOf(file: string): string[] {
  return textsOf(file, isSentence);
}

/** As `sentencesOf`, of any texts. */
export function textsOf(file: string, isWanted: (text: string) => boolean): string[] {
  const said: string[] = [];
  const walk = (found: unknown): void => {
    if (Array.isArray(found)) for (const one of found) walk(one);
    if (typeof found !== "object" || found === null || !("type" in found)) return;
    const node = found as Node;
    if (isAside(node)) return;
    const forms = formsOf(node);
    if (forms !== null) said.push(...forms.filter(isWanted));
    for (const [key, value] of Object.entries(node)) if (forms === null || key === "expressions") walk(value);
  };
  walk(parseAst(readFileSync(file, "utf8"), { lang: "ts" }, file).body);
  return [...new Set(said)];
}

function isAside(node: Node): boolean {
  switch (node.type) {
    case "ImportDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSInterfaceDeclaration":
    case "TSTypeAnnotation":
      return true;
    case "ThrowStatement":
      return /^(?:Type|Range)?Error$/.test(nameOf((node.argument as Node).callee));
    case "Property":
      return DESCRIBES.has(nameOf(node.key));
    case "CallExpression":
      return ASIDE.has(nameOf(node.callee));
    default:
      return false;
  }
}

/** Of `a.b.c` the last. */
function nameOf(found: unknown): string {
  const node = found as Node | undefined;
  return node?.type === "MemberExpression" ? nameOf(node.property) : String(node?.name ?? node?.value ?? "");
}

/** The texts that an expression may be; null: it is none that is written here. */
function formsOf(node: Node): readonly string[] | null {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? [node.value] : null;
    case "TemplateLiteral": {
      const quasis = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
      const filled = (node.expressions as readonly Node[]).map((one) => formsOf(one) ?? [VALUE]);
      return quasis
        .slice(1)
        .reduce(
          (forms, { value: { cooked } }, at) => joined(joined(forms, filled[at] ?? [VALUE]), [cooked]),
          [quasis[0]?.value.cooked ?? ""],
        );
    }
    case "BinaryExpression": {
      const [left, right] = [formsOf(node.left as Node), formsOf(node.right as Node)];
      return node.operator !== "+" || (left === null && right === null)
        ? null
        : joined(left ?? [VALUE], right ?? [VALUE]);
    }
    case "ConditionalExpression": {
      const [one, other] = [formsOf(node.consequent as Node), formsOf(node.alternate as Node)];
      return one === null && other === null ? null : [...(one ?? [VALUE]), ...(other ?? [VALUE])];
    }
    default:
      return null;
  }
}

function joined(before: readonly string[], after: readonly string[]): string[] {
  return before.flatMap((one) => after.map((other) => one + other)).slice(0, MAX_FORMS);
}

/** Two words, of which one is no name in capitals; neither SQL nor a pattern nor markup nor a header. */
function isSentence(text: string): boolean {
  return (
    /(?:^|[\s("])[a-z]{2,}[,:]? \S|\S [a-z]{2,}(?![\w-]*[:=])/.test(text) &&
    !/\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WHERE|VALUES|ORDER BY|AS [a-z]\w+)\b|[?$]\d|\\[bdsw]|\(\?|<\w+>|\r?\n/.test(
      text,
    )
  );
}
