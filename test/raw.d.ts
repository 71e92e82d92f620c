// A file's text, as Vite imports it.
declare module "*?raw" {
  const text: string;
  export default text;
}

/** Vite's import of many files at once, as texts. */
interface ImportMeta {
  glob(pattern: string, options: { query: "?raw"; import: "default"; eager: true }): Record<string, string>;
}
