import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/**
 * The command line's options, as `parseArgs` has them. Ends the process with one line, what is wrong and `usage`, and
 * exit code 2 if there is any other; with `usage` alone and 0 for --help.
 */
export function readOptions<T extends ParseArgsOptionsConfig>(usage: string, options: T) {
  try {
    if (process.argv.includes("--help")) {
      console.log(`Usage: ${usage}`);
      process.exit(0);
    }
    return parseArgs({ options }).values;
  } catch (error) {
    // The sentences that follow are about parseArgs.
    const [what = ""] = (error as Error).message.split(/\.\s/);
    return refuseOptions(usage, what);
  }
}

/** Ends the process with `what` is wrong, `usage` and exit code 2. */
export function refuseOptions(usage: string, what: string): never {
  console.error(`${what}. Usage: ${usage}`);
  process.exit(2);
}
