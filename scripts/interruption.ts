/**
 * Aborted by Ctrl-C, SIGTERM or SIGHUP. It listens for good: npm passes on a Ctrl-C that the terminal has given us
 * already, and that second one must not end us in the middle of cleaning up.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}
