/** Within this time of its end, npm's is noticed. */
const LOOK_EVERY_MS = 250;

/**
 * Aborted by Ctrl-C, SIGTERM or SIGHUP, and when npm ends: it passes on neither SIGHUP nor, of course, SIGKILL. The
 * handlers stay: on Ctrl-C the terminal and npm each send a SIGINT, and the second must not end the process during cleanup.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  // npm is the parent, since its scripts begin with `exec`: else it would be the shell that npm starts.
  const npm = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => process.ppid !== npm && controller.abort(), LOOK_EVERY_MS).unref();
  }
  return controller.signal;
}
