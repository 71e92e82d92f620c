import { SCOPES, type Scope } from "../access/caller.ts";
import { RATE_LIMIT } from "../access/rate-limit.ts";
import { PROBLEMS } from "../problem-codes.ts";

// What `/docs` says beside the single routes. CommonMark: paragraphs, lists and code.

const ALLOWS: Readonly<Record<Scope, string>> = {
  read: "every `GET`, and a ticket to watch a push live",
  write:
    "to change recipients, suppressions, templates and segments, to count and list by a filter, to preview; to make a push with `hold` and to change it; to pause and cancel a push",
  send: "to count by a filter, to create, approve, preview, test, resume and retry a push, to change its rate, and to resolve doubts",
};

/** What holds for every route. */
export const INTRODUCTION = `mailpush sends one personal mail to each of many people, and says exactly what became of each.

JSON in UTF-8. Names of fields and values are case-sensitive; unknown fields are refused, and so are unknown query parameters of a route that takes any; a route that takes none ignores them. Times are ISO 8601 in UTC; what does not apply is \`null\`. Every answer has a header \`X-Request-Id\`, which stands in an error and in the log lines of its request too. Answers may gain fields.

**Tokens.** Send \`Authorization: Bearer TOKEN\`: \`API_TOKEN\`, which may do everything, or a token of \`/api/tokens\`, which has scopes. A scope includes no other one:

${SCOPES.map((scope) => `- \`${scope}\` allows ${ALLOWS[scope]}.`).join("\n")}

A browser may send the cookie of a session instead: see \`POST /api/session\`. A verified token is trusted for a minute without another look, so one that was deleted, or D1 while it is down, matters a minute later; \`API_TOKEN\` needs no D1.

**Idempotency-Key.** An answer may get lost. A key of your own, up to 255 characters, bare or in double quotes, may go with any \`POST\`: for a day, the same request under the same key of the same token gets the first answer again, with \`Idempotent-Replayed: true\`; another request is a 422. While the first one has no answer, others get a 409 with \`Retry-After\`; after a minute, or after a 5xx, the request is carried out again and makes or steers the same push. A refusal (4xx) frees the key. A token is not shown again. Of an import larger than 20 MB, only the first 20 MB and the declared length are compared.

**Lists** are \`data\`, \`hasMore\` and \`next\`. \`?limit=\` is at most 1,000 (default: 100); \`next\` is the following page's \`?after=\`, and \`null\` on the last page. A page may be short, even empty, while \`hasMore\` is true: one call looks at a bounded number of rows.

**Rate limit.** A token may make ${RATE_LIMIT.requests} requests in ${RATE_LIMIT.periodSeconds} seconds (\`RateLimit-Policy\` in every answer), and so may each network without one; more get a 429 with \`Retry-After\`. Cloudflare counts in each of its locations for itself, and approximately.

**Errors** are \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, a stable \`code\` for programs, \`detail\` for people, \`requestId\`, and where they apply \`errors\` (\`path\` in the body or the query, \`message\`) and \`id\` (a push's). A path that is not known is \`no-such-path\`, a method that a path does not take \`method-not-allowed\`. The codes:

${Object.entries(PROBLEMS)
  .map(([code, { status, meaning }]) => `- \`${code}\` (${status}): ${meaning}`)
  .join("\n")}`;

/** Groups of routes, with what is to be known about them. */
export const SECTIONS = {
  Recipients: `The people in D1, keyed by address. Up to 1,000 in one call, or a CSV file of any size. A known address is replaced as a whole: omitted fields are emptied.

A number beyond 2^53 would lose digits: an attribute \`1234567890123456789\` is stored as that text, anywhere else it is a 400.

A **CSV** file has a header, then a line for each recipient. The columns \`address\` (required), \`username\` and \`area\` may stand in any case and order; all others become attributes, \`plan\` and \`attributes.plan\` alike the attribute \`plan\`. An attribute is a text, as it came: postal codes keep their zeros. Under a header \`age:number\` it is a number, and a row without a number there is rejected. Empty cells are no attributes. The delimiter is comma, semicolon, tab or bar, whichever the header has most, or the one in a first line \`sep=;\`. Lines end in CRLF, LF or CR. Encodings: UTF-8, UTF-16 with a byte order mark, or the \`charset\` of the Content-Type (\`text/csv; charset=gbk\`; all of the Encoding Standard). \`curl -d\` removes line ends; use \`--data-binary\`.

**Erasing** (\`?erase=true\`) answers 202 and goes on: the address and all words about it leave the deliveries, filters and suppressions; states and counts stay. If the address was suppressed, a keyed hash of it stays, so that it is suppressed again when somebody brings it back. Backups of D1 and of the objects (30 days) are Cloudflare's, and end by themselves.

A **filter** is an object of fields. All must match; \`{}\` selects everybody. The fields are \`area\`, \`username\`, \`address\`, \`createdAt\` and \`attributes.NAME\`. A condition is a value, a list (any of them) or operators: \`eq\`, \`ne\`, \`in\`, \`gt\`, \`gte\`, \`lt\`, \`lte\`, \`contains\`, \`startsWith\`, \`exists\`: \`{"area": ["beijing", "shanghai"], "attributes.plan": {"ne": "free"}, "createdAt": {"gte": "2026-01-01"}}\`. Numbers compare with numbers and texts with texts; \`gt\`, \`gte\`, \`lt\` and \`lte\` with a number also compare a text that is a number (\`"18"\`, not \`"018"\`), since CSV has only texts. Texts compare by code point, so case matters; only \`address\` ignores it. \`createdAt\` takes a date (midnight UTC), a time with its zone (ISO 8601) or milliseconds since 1970. In filters and templates alike, \`attributes.addr.city\` is the attribute named \`addr.city\`, or else the value at \`city\` in the object \`addr\`. A list matches where one of its items does: \`{"attributes.tags": "vip"}\` selects all who have it among their tags, \`{"attributes.tags": {"ne": "vip"}}\` all others. An object only exists or not, and equals or contains nothing. Only templates look into lists and texts by place and length (\`attributes.items[0]\`, \`attributes.items.size\`).

A count looks at up to four million recipients without conditions on attributes, at 130,000 with thirty of them. Beyond that it is extrapolated from ranges spread over all ids, and \`isEstimate\` (of a push: \`expectedIsEstimate\`) is true; a push's \`total\` is exact once \`snapshotDone\` is.`,

  Suppressions: `An address is suppressed for one reason or several: \`unsubscribed\`, \`bounced\`, \`complained\`, \`no-such-user\` (the relay says so) and \`manual\`. Pushes skip it, with the reason, as long as one is left. Deleting a suppression keeps it as history, and an event from before the deletion does not make it again.

An import and an export are CSV with the columns \`address\`, \`reason\` and \`detail\`. In an export, a cell that a spreadsheet would take for a formula begins with an apostrophe, which an import removes.`,

  Pushes: `A push is one message to all recipients that its filter selects. It is \`held\`, \`scheduled\`, \`running\`, \`paused\`, \`finished\` or \`cancelled\`. Finished: no automatic work remains; deliveries still \`in_doubt\` wait for \`retry\` or \`resolve\`. Cancelled: no more mails are started; SMTP transactions in progress end, and \`finishedAt\` says when all have. A push pauses itself, with the \`reason\`, when the relay refuses its credentials or sender, refuses one mail after the other alike, or loses the connection after the message in three tries in a row and accepts nothing (each such mail is in doubt), or when too many of the mails that the relay took bounce or are reported as abuse. A refusal of the sender or size that single recipients get fails only these.

\`subject\`, \`html\` and \`text\` (made from \`html\` if omitted) are **Liquid templates** over \`username\`, \`address\`, \`area\` and \`attributes\`, and \`unsubscribe_url\`, the link that unsubscribes this recipient. Values in html are escaped; any other variable is refused. A \`date\` keeps the offset written in the value; without one it is in \`TIMEZONE\`; a second argument shows it in another zone (\`{{ attributes.at | date: "%H:%M", "Asia/Tokyo" }}\`). A mail may take 200,000 steps of work, some hundred times what a newsletter takes, and each part \`MAIL_MAX_BYTES\`; a mail that takes more, that prints an object (use \`| json\`) or the result of a division by zero, or whose subject or html shows nothing, fails with class \`template\`.

A push with \`"hold": true\` is \`held\`: its recipients are in it, nothing is sent, and its time of expiry has not begun. \`PATCH\` changes its content and its options, but not its audience, and raises \`contentVersion\`; \`approve\` lets it go, and \`cancel\` ends it, as it does itself after 30 days. Name in a change and in an approval the \`contentVersion\` that you have seen: if there is a newer one, it is a 409.

With a \`canary\` a few mails, spread over all recipients, go first. \`waitSeconds\` after all of them have gone out they are judged: if more than \`maxFailureShare\` of those that are neither deferred nor skipped failed, bounced, were reported as abuse or are in doubt, the push pauses with the reason, and \`resume\` sends the rest; else it goes on. While all are deferred the wait begins with the first outcome, and nothing is judged while one of them is tried again.

The answer to a creation has \`warnings\`: attributes that a template prints and that some of the audience lack, or that it uses in any way and nobody has, and placeholders of other systems (\`*|FNAME|*\`, \`%%name%%\`, \`[[name]]\`), which would be sent as they stand. With \`"strict": true\` such a push is refused. A template that provides for recipients without an attribute (\`{{ attributes.x | default: "y" }}\`, \`{% if attributes.x %}\`) gives no warning as long as somebody has it, even if empty.

A 503 that carries an \`id\` and \`Location: /api/pushes/ID\` means that the push did not answer in time: whether the request was carried out is unknown until the push itself says so (\`GET\` it after \`Retry-After\` seconds; 404: it was not created). Every \`POST /api/pushes\` that is accepted sends mail: send an \`Idempotency-Key\`, and you may post again until there is an answer.`,

  Deliveries: `A delivery is one recipient of one push. Its state is one of \`pending\`, \`queued\`, \`sending\`, \`deferred\` (the relay said "later"), \`in_doubt\` (the connection was lost after the mail was handed over; it is sent once more, with the same Message-ID, then waits for a person), \`sent\`, \`failed\`, \`skipped\` (suppressed, or deleted since the snapshot), \`cancelled\`, \`bounced\`, \`complained\`.`,

  "Templates and segments": `A **template** is what a mail shows, a **segment** is a filter with a name; a push may name them in place of its own. A push takes a copy: what is changed or deleted afterwards changes nothing of it. \`kind\` of a template is a word of your own, to list them by. Each change of a template is a version.`,
  Relays: `The SMTP servers that mail is handed to, as \`RELAYS\` or the \`SMTP_*\` variables configure them. All pushes share them: each relay's rate, sessions and quotas are divided among the pushes that use it, by their \`priority\`. A relay that fails rests and is tried again by one push first; meanwhile the others, and standbys (\`weight\` 0), take its mail.`,

  Tokens: `Give each program, and each person, a token of its own with the scopes it needs. A push says in \`steering\` which token did what to it.`,

  Feedback: `What providers and mail programs call. A provider's call is verified by its signature or credentials, answered with 200 once its events are on the queue, and repeated by the provider otherwise.`,

  Health: "Whether mailpush runs, and this reference.",
} as const satisfies Readonly<Record<string, string>>;

export type Section = keyof typeof SECTIONS;
