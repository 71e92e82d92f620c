/** A command for a shell: what a view does, done by the API. `$API_TOKEN` is left to the reader's shell. */
export function apiCode(path: string, body: object): string {
  return post(path, "application/json", `-d '${JSON.stringify(body)}'`);
}

/** As `apiCode`, of a CSV file in the reader's folder. */
export function apiFileCode(path: string, name: string, charset?: string): string {
  return post(path, charset === undefined ? "text/csv" : `text/csv; charset=${charset}`, `--data-binary @${name}`);
}

function post(path: string, type: string, data: string): string {
  const parts = [
    `curl ${location.origin}${path}`,
    `-H "Authorization: Bearer $API_TOKEN"`,
    `-H "Content-Type: ${type}"`,
    data,
  ];
  return parts.join(" \\\n  ");
}
