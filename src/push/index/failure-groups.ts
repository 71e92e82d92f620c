/** Words that many failures share, as one of them had them. */
export interface Sample {
  readonly words: string;
  readonly count: number;
}

/** Failures that have a class, or a domain, in common. */
export interface FailureGroup {
  readonly name: string;
  readonly count: number;
  /** Of a domain: how many of each class. */
  readonly classes: Readonly<Record<string, number>>;
  /** The most frequent first. */
  readonly samples: readonly Sample[];
}

/** Failures by their class and by the recipient's domain. */
export interface FailureGroups {
  readonly lookedAt: number;
  readonly classes: readonly FailureGroup[];
  readonly domains: readonly FailureGroup[];
}

/** One delivery that failed. */
export interface Failure {
  readonly address: string;
  readonly class: string | null;
  readonly reply: string | null;
}

export const NO_FAILURES: FailureGroups = { lookedAt: 0, classes: [], domains: [] };

/** Kinds of words kept of one group while it is counted: replies may all differ. */
const MAX_KINDS = 50;
const SAMPLES = 3;
/** Domains that have samples: a ledger may have as many domains as failures, and an RPC answer is limited. */
const SAMPLED_DOMAINS = 200;
/** Without a class; without an address, because the person was erased. */
const NONE = "none";

/** Groups failures. Counts are exact; samples are those of the most frequent kinds of words. */
export function groupFailures(failures: Iterable<Failure>): FailureGroups {
  const classes = new Map<string, Counted>();
  const domains = new Map<string, Counted>();
  let lookedAt = 0;
  for (const { address, class: given, reply } of failures) {
    lookedAt++;
    const verdict = given ?? NONE;
    const domain = address.slice(address.lastIndexOf("@") + 1) || NONE;
    const kind = reply === null || reply === "" ? null : kindOf(reply);
    for (const group of [groupOf(classes, verdict), groupOf(domains, domain)]) {
      group.count++;
      group.classes.set(verdict, (group.classes.get(verdict) ?? 0) + 1);
      if (kind !== null) addKind(group.kinds, kind, { words: reply ?? "", count: 1 });
    }
  }
  return { lookedAt, classes: shown(classes), domains: shown(domains, SAMPLED_DOMAINS) };
}

/** The groups of two looks at different failures, as one. */
export function mergeFailures(a: FailureGroups, b: FailureGroups): FailureGroups {
  return {
    lookedAt: a.lookedAt + b.lookedAt,
    classes: merged(a.classes, b.classes),
    domains: merged(a.domains, b.domains),
  };
}

interface Counted {
  count: number;
  readonly classes: Map<string, number>;
  /** By what the words have in common. */
  readonly kinds: Map<string, { words: string; count: number }>;
}

function merged(a: readonly FailureGroup[], b: readonly FailureGroup[]): FailureGroup[] {
  const groups = new Map<string, Counted>();
  for (const { name, count, classes, samples } of [...a, ...b]) {
    const group = groupOf(groups, name);
    group.count += count;
    for (const [verdict, some] of Object.entries(classes)) {
      group.classes.set(verdict, (group.classes.get(verdict) ?? 0) + some);
    }
    for (const sample of samples) addKind(group.kinds, kindOf(sample.words), sample);
  }
  return shown(groups);
}

function groupOf(groups: Map<string, Counted>, name: string): Counted {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group: Counted = { count: 0, classes: new Map(), kinds: new Map() };
  groups.set(name, group);
  return group;
}

function addKind(kinds: Counted["kinds"], kind: string, { words, count }: Sample): void {
  const known = kinds.get(kind);
  if (known !== undefined) known.count += count;
  else if (kinds.size < MAX_KINDS) kinds.set(kind, { words, count });
}

/**
 * What is the same in words about different mails: addresses and words with digits, as ids have them, are left out; codes
 * at the front are not. Linear, as an object may look at thousands of replies at once.
 */
function kindOf(words: string): string {
  const codes = /^\d{3}(?: \d\.\d{1,3}\.\d{1,3})?/.exec(words)?.[0] ?? "";
  const rest = words.slice(codes.length).replace(/[^\s<>()[\]"',;]+/g, (word) => {
    if (word.includes("@")) return "@";
    return /\d/.test(word) ? "#" : word;
  });
  return codes + rest;
}

/** The largest first. */
function shown(groups: ReadonlyMap<string, Counted>, sampled = Number.POSITIVE_INFINITY): FailureGroup[] {
  return Array.from(groups)
    .sort(([a, { count: x }], [b, { count: y }]) => y - x || (a < b ? -1 : 1))
    .map(([name, { count, classes, kinds }], rank) => ({
      name,
      count,
      classes: Object.fromEntries(classes),
      samples: rank < sampled ? mostFrequent(kinds) : [],
    }));
}

function mostFrequent(kinds: Counted["kinds"]): Sample[] {
  return Array.from(kinds.values())
    .sort((a, b) => b.count - a.count)
    .slice(0, SAMPLES);
}
