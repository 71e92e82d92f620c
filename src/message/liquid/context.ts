import { Context, Drop, toValue } from "liquidjs";
import type { Budget } from "./budget.ts";

/** The readable properties of `forloop` and `tablerowloop`; liquidjs would also expose their methods. */
const LOOP_PROPERTIES = new Set(
  "index index0 rindex rindex0 first last length name row col col0 col_first col_last".split(" "),
);

/** The variables of one rendering. Reads data only, and charges each value by size when read. */
export class BoundedContext extends Context {
  /** Of times without an offset. */
  timeZone = "UTC";

  override spawn(scope = {}): Context {
    const limiters = limitersOf(budgetOf(this));
    const spawned = new BoundedContext(scope, this.opts, { sync: true }, { ...limiters, liquid: this.liquid });
    spawned.timeZone = this.timeZone;
    return spawned;
  }

  // liquidjs declares iterators here, but accepts plain values.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  override _get(path: (string | number | Drop)[]): any {
    // Private only in the types.
    const { findScope } = this as unknown as { findScope(name: unknown): unknown };
    return this._getFromScope(findScope.call(this, path[0]), path);
  }

  // biome-ignore lint/suspicious/noExplicitAny: see above
  override _getFromScope(scope: unknown, path: (string | number | Drop)[] | string): any {
    const budget = budgetOf(this);
    if (typeof path === "string") budget.read(path);
    const names = typeof path === "string" ? path.split(".") : path;
    budget.use(names.length);
    // A path in an array begins with a variable, a text is the path within one item.
    const isVariable = typeof path !== "string";
    const object = isVariable ? this.readProperty(scope as object, names[0] as string) : scope;
    const value = this.#valueAt(object, names, isVariable ? 1 : 0);
    budget.read(value);
    return value;
  }

  /**
   * The value that the names from `start` on lead to. As in a filter (recipients/filter/sql.ts), a property whose name
   * is the whole path, dots included, comes before steps.
   */
  #valueAt(object: unknown, names: readonly (string | number | Drop)[], start: number): unknown {
    if (names.length > start + 1 && isData(object) && names.every(isName)) {
      const whole = names.slice(start).join(".");
      if (Object.hasOwn(object, whole)) return object[whole];
    }
    let value = object;
    for (let at = start; at < names.length; at++) value = this.readProperty(value as object, names[at] as string);
    return value;
  }

  override readProperty(object: object, key: string | number | Drop): unknown {
    const name = toValue(key);
    if (typeof name === "object") return undefined;
    if (object instanceof Drop && !LOOP_PROPERTIES.has(String(name))) return undefined;
    // liquidjs would count the properties of an object that has no "size".
    if (name === "size" && isData(object) && !Object.hasOwn(object, "size")) return undefined;
    return super.readProperty(object, key);
  }
}

function isData(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Drop);
}

function isName(name: unknown): boolean {
  return typeof name === "string" || typeof name === "number";
}

/** The budget replaces liquidjs's memory limiter. */
export function budgetOf(context: Context): Budget {
  return context.memoryLimit as unknown as Budget;
}

export function limitersOf(budget: Budget): Pick<Context, "memoryLimit" | "renderLimit"> {
  const limiter = budget as unknown as Context["memoryLimit"];
  return { memoryLimit: limiter, renderLimit: limiter };
}
