/**
 * Aborted by Ctrl-C, SIGTERM or SIGHUP. The handlers stay: on Ctrl-C the terminal and npm each send a SIGINT, and the
 * second must not end the process during cleanup.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}
