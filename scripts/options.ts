import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/**
 * The command line's options, as `parseArgs` returns them. On an invalid option, prints the error and `usage` on one
 * line and exits with 2; on --help, prints `usage` and exits with 0.
 */
export function readOptions<T extends ParseArgsOptionsConfig>(usage: string, options: T) {
  try {
    if (process.argv.includes("--help")) {
      console.log(`Usage: ${usage}`);
      process.exit(0);
    }
    return parseArgs({ options }).values;
  } catch (error) {
    // Only the first sentence: the others explain parseArgs.
    const [what = ""] = (error as Error).message.split(/\.\s/);
    return refuseOptions(usage, what);
  }
}

/** Prints the error `what` and `usage`; exits with 2. */
export function refuseOptions(usage: string, what: string): never {
  console.error(`${what}. Usage: ${usage}`);
  process.exit(2);
}
