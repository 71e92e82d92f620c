/**
 * What a request can be refused for: the `code` of an error, with its HTTP status. Codes are part of the API: add, but
 * never rename. `/docs` lists them.
 */
export const PROBLEMS = {
  "invalid-body": { status: 400, meaning: "the body is not JSON, not UTF-8, or has a number that would lose digits" },
  "invalid-fields": { status: 400, meaning: "`errors` names the fields of the body or the query that are wrong" },
  "invalid-csv": { status: 400, meaning: "the CSV file cannot be read" },
  "foreign-placeholders": { status: 400, meaning: "a `strict` push whose template holds another system's placeholder" },
  "missing-attributes": { status: 400, meaning: "a `strict` push whose template uses what recipients lack" },
  "invalid-idempotency-key": { status: 400, meaning: "the `Idempotency-Key` has not the form of one" },
  "token-missing": { status: 401, meaning: "there is no `Authorization: Bearer …`" },
  "token-invalid": { status: 401, meaning: "the token is not known, was deleted or has expired" },
  "ticket-invalid": { status: 401, meaning: "the ticket is for another push, has expired or is none" },
  "session-ended": {
    status: 401,
    meaning: "the session of this cookie has expired, or its token was deleted or changed",
  },
  "link-invalid": { status: 401, meaning: "the sign-in link was used before, or is too old" },
  "webhook-credentials": { status: 401, meaning: "a provider's webhook: its user name or password is wrong" },
  "scope-missing": { status: 403, meaning: "the token lacks the scope that `detail` names" },
  "api-token-only": { status: 403, meaning: "this takes `API_TOKEN` alone" },
  "foreign-origin": { status: 403, meaning: "a session's request does not come from a page of this address" },
  "webhook-unverified": { status: 403, meaning: "a provider's webhook: signature, topic or time are not right" },
  "no-such-path": { status: 404, meaning: "the API has nothing at this path" },
  "not-found": { status: 404, meaning: "what the path names does not exist" },
  "method-not-allowed": { status: 405, meaning: "the path takes other methods: see `Allow`" },
  "webhook-repeated": { status: 406, meaning: "a provider's webhook: what it signed was used for a call before" },
  "address-taken": { status: 409, meaning: "another recipient has this address" },
  "outdated-version": {
    status: 409,
    meaning: "the template or the held push has a newer version than the one that the request names",
  },
  "wrong-state": { status: 409, meaning: "the push's state does not allow this" },
  "idempotency-key-in-use": { status: 409, meaning: "a request with this key is being carried out: see `Retry-After`" },
  "body-too-large": { status: 413, meaning: "the body is larger than is taken here" },
  "unsupported-media-type": { status: 415, meaning: "the Content-Type is not one that is taken here" },
  "idempotency-key-reused": { status: 422, meaning: "another request has this `Idempotency-Key`" },
  "upgrade-required": { status: 426, meaning: "this path is a WebSocket" },
  "not-composed": { status: 422, meaning: "this recipient's mail cannot be composed: `detail` says why" },
  "too-many-requests": { status: 429, meaning: "more requests than `RateLimit-Policy` allows: see `Retry-After`" },
  "internal-error": { status: 500, meaning: "a fault here; the log has it under the `requestId`" },
  "invalid-configuration": { status: 503, meaning: "`errors` names the variables of the deployment that are wrong" },
  "feedback-not-taken": { status: 503, meaning: "a provider's webhook: nothing was taken, send it again" },
  "push-not-created": { status: 503, meaning: "nothing was done: send the request again" },
  "no-room": { status: 503, meaning: "mails that are being sent leave no memory for this one: send the request again" },
  "push-unreachable": { status: 503, meaning: "the push does not answer; nothing was changed: ask again" },
  "outcome-unknown": { status: 503, meaning: "the push did not answer: look at `Location` before you ask again" },
} as const satisfies Readonly<Record<string, { status: number; meaning: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;
