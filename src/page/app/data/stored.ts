/** One text that the browser keeps for this page, under a name. Where it keeps nothing, reads are null. */
export function stored(name: string): { read(): string | null; write(value: string | null): void } {
  const key = `mailpush.${name}`;
  return {
    read() {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write(value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Private windows of some browsers refuse; the page works without.
      }
    },
  };
}
