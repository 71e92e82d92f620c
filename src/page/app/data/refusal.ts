/** Why a call has no answer: the API's own words (RFC 9457), or that nobody answered. */
export class Refusal extends Error {
  /** 0: nobody answered. */
  readonly status: number;
  /** Of the problem; `unreachable`: nobody answered, `not-ours`: somebody who is not mailpush did, as a proxy. */
  readonly code: string;
  readonly detail: string;
  /** Faults of single fields, by path: `$.subject`. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(status: number, problem: unknown) {
    const { code, detail, title, errors } = (problem ?? {}) as Readonly<Record<string, unknown>>;
    const words = [detail, title].find((one) => typeof one === "string") ?? wordsOf(status, problem);
    super(words);
    this.name = "Refusal";
    this.status = status;
    this.code = typeof code === "string" ? code : status === 0 ? "unreachable" : "not-ours";
    this.detail = words;
    this.errors = Array.isArray(errors) ? errors : [];
  }

  /** Whether the same call may be answered otherwise in a while: nobody answered, or somebody had too much to do. */
  get mayPass(): boolean {
    return [0, 429, 502, 503, 504].includes(this.status) || this.code === "not-ours";
  }

  /** Whether the same call would be refused for ever: what it asks for is not there, or no such thing can be asked. */
  get isFinal(): boolean {
    return !this.mayPass && [400, 403, 404, 410, 422].includes(this.status);
  }
}

const MAX_CHARACTERS = 300;

/** What a page that is no problem of the API's says: its title, or its text. */
function wordsOf(status: number, page: unknown): string {
  const named = status === 0 ? "" : `HTTP ${status}`;
  if (typeof page !== "string" || page.trim() === "") return named;
  const start = page.slice(0, 10_000);
  const text = /^\s*</.test(start) ? (/<title>([^<]*)/i.exec(start)?.[1] ?? "") : start;
  return [named, text.trim().slice(0, MAX_CHARACTERS)].filter((part) => part !== "").join(": ");
}

/** The page's own, for what it found out without an answer of the API, or says in its place. */
export function ownRefusal(detail: string): Refusal {
  return new Refusal(422, { code: "of-the-page", detail });
}

/** What was thrown, as a refusal; a fault of the page itself is thrown on. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  throw thrown;
}
