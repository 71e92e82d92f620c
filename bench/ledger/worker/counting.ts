import type { RowCounts } from "../step.ts";

/** The same storage, whose `sql` remembers its cursors, so that their rows can be added up. */
export function countingStorage(storage: DurableObjectStorage) {
  let cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  let on = false;
  const sql = new Proxy(storage.sql, {
    get(target, name) {
      if (name !== "exec") return Reflect.get(target, name, target);
      return (query: string, ...binds: unknown[]) => {
        const cursor = target.exec(query, ...binds);
        if (on) cursors.push(cursor);
        return cursor;
      };
    },
  });
  const counting = new Proxy(storage, {
    get(target, name) {
      if (name === "sql") return sql;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    storage: counting,
    /** Runs `work`, and gives the rows it took if they are `wanted`: remembering cursors takes time. */
    count(wanted: boolean, work: () => void): RowCounts | null {
      on = wanted;
      cursors = [];
      work();
      on = false;
      const sum = (rows: "rowsWritten" | "rowsRead") => cursors.reduce((total, cursor) => total + cursor[rows], 0);
      return wanted ? { written: sum("rowsWritten"), read: sum("rowsRead") } : null;
    },
  };
}
