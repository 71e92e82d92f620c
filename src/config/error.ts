export interface ConfigProblem {
  readonly variable: string;
  readonly message: string;
}

/** Names each invalid variable, its error and the expected form. Never holds a secret's value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ variable, message }) => `${variable}: ${message}`).join("; "));
    this.problems = problems;
  }
}
