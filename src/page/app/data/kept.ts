// What the browser keeps for this page beyond a text: values of any size, in IndexedDB, by name.

const DATABASE = "mailpush";
const STORE = "kept";

/** The value kept under a name; null: none, or this browser keeps nothing. */
export async function readKept<Value>(name: string): Promise<Value | null> {
  try {
    return ((await run("readonly", (store) => store.get(name))) as Value | undefined) ?? null;
  } catch {
    return null;
  }
}

/** Keeps a value; null removes it. False: this browser keeps nothing, as private windows of some do. */
export async function keep(name: string, value: unknown): Promise<boolean> {
  try {
    await run("readwrite", (store) => (value === null ? store.delete(name) : store.put(value, name)));
    return true;
  } catch {
    return false;
  }
}

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const transaction = (await open()).transaction(STORE, mode);
  const request = act(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
