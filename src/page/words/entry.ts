/**
 * What a table says of a name that comes from outside, as out of an address bar; undefined: nothing. A plain look-up
 * would find what every object has, such as `constructor`.
 */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
