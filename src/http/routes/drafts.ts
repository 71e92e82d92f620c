import { Hono } from "hono";
import * as z from "zod";
import type { RelaySettings } from "../../config/relays.ts";
import { defaultFrom, readSettings, type Settings } from "../../config/settings.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type DraftContent, withDraft } from "../../drafts/draft.ts";
import { type Preview, previewOf } from "../../drafts/preview.ts";
import { MADE_UP, suppressionOf } from "../../drafts/recipient.ts";
import { RelayBudget } from "../../drafts/relay-budget.ts";
import { sendTests, type TestAnswer } from "../../drafts/test-mails.ts";
import type { Personal } from "../../message/template/template.ts";
import { newPushId } from "../../push/steering/id.ts";
import { MAILPUSH_FORMS } from "../../push/steering/mailpush.ts";
import { quotaWarning } from "../../push/steering/quota-warning.ts";
import { findWarnings, isAboutAttribute } from "../../push/steering/warnings.ts";
import { addressKey, checkAddress } from "../../recipients/address.ts";
import { checkFields } from "../../recipients/entry.ts";
import { fieldsForm } from "../../recipients/entry-schema.ts";
import { count } from "../../recipients/filter/count.ts";
import { findByAddress, findRecipient } from "../../recipients/store.ts";
import { makeTransport } from "../../transport/make.ts";
import type { Api } from "../access/caller.ts";
import { PreviewAnswer, TestsAnswer } from "../answers/drafts.ts";
import { describe } from "../openapi/operation.ts";
import { invalid, type Problem, refuse } from "../problem.ts";
import { checked } from "../request/body.ts";
import { type AskedPush, readPush } from "../request/push-body.ts";
import { readPushJson } from "../request/push-json.ts";

const MAX_TESTS = 10;

const recipient = z
  .unknown()
  .transform((given, context): Partial<Personal> => {
    const fields = checkFields(given);
    if (fields.ok) {
      const { address, username, area, attributes } = fields.value;
      return defined({
        address,
        username,
        area,
        attributes: attributes === undefined ? undefined : JSON.parse(attributes),
      });
    }
    context.addIssue(fields.error);
    return z.NEVER;
  })
  .optional();
const ADDRESSEE = { recipientId: z.int().min(1).optional(), recipient };
const address = z.string().transform((given, context) => {
  const checkedAddress = checkAddress(given);
  if (checkedAddress.ok) return checkedAddress.value;
  context.addIssue(checkedAddress.error);
  return z.NEVER;
});
const to = z.array(address).min(1).max(MAX_TESTS);
const PreviewOf = z.looseObject(ADDRESSEE);
const TestOf = z.looseObject({ ...ADDRESSEE, to });

// For descriptions.
const DESCRIBED = {
  recipientId: z.int().min(1).optional().meta({ description: "Whose mail." }),
  recipient: fieldsForm.optional().meta({ description: "In place of `recipientId`: somebody made up." }),
};
const described = (more: z.core.$ZodLooseShape) =>
  z.union(MAILPUSH_FORMS.map((form): z.ZodType => form.extend({ ...DESCRIBED, ...more })));
const CONTENT = { action: "mailpush", filter: {}, subject: "Hello {{ username }}", html: "<p>Dear {{ username }}</p>" };

/** `/api/pushes/preview` and `/api/pushes/test`: what a push would send, without one. */
export const drafts = new Hono<Api>();

drafts.post(
  "/preview",
  describe({
    id: "previewPush",
    section: "Pushes",
    summary: "See a mail before a push sends it",
    description:
      "The body of a push, and for whom the mail is. `warnings` are of this mail, of the attributes that recipients lack, of placeholders of other systems, and of quotas that are less than the audience.",
    body: { json: described({}), examples: [{ ...CONTENT, recipient: { username: "Li" } }] },
    answers: { 200: { description: "The mail", json: PreviewAnswer } },
    refusals: ["not-composed", "no-room"],
  }),
);
drafts.post("/preview", async (context) => {
  const composed = await composePreview(context.env, await readPushJson(context.req.raw));
  if (!composed.ok) return refuse(composed.error);
  const { DB } = context.env;
  const { push, content, addressee: known, isNamed, preview } = composed.value;
  const expected = await count(DB, push.filter.parsed);
  const { warnings } = await findWarnings(DB, content, push.filter.parsed, expected.count);
  const { relays } = readSettings(context.env);
  const quota = quotaWarning(relays, push.relays ?? null, expected.count, push.expiresIn);
  const reason = isNamed ? await suppressionOf(DB, known.address, push.list) : null;
  const suppressed = { code: "suppressed", path: "$.recipientId", message: `gets no mail: ${reason}` };
  return context.json({
    ...preview,
    warnings: [
      ...preview.warnings,
      ...warnings.map((warning) => ({
        code: isAboutAttribute(warning) ? "missing-attribute" : "foreign-placeholder",
        ...warning,
      })),
      ...(quota === null ? [] : [{ code: "over-quota", ...quota }]),
      ...(reason === null ? [] : [suppressed]),
    ],
  });
});

/** A mail that a push would send. */
export interface ComposedPreview {
  readonly push: AskedPush;
  readonly content: DraftContent;
  readonly addressee: Personal;
  /** The addressee is a recipient, not somebody made up. */
  readonly isNamed: boolean;
  readonly preview: Preview;
}

/** Composes the mail that the body of a preview asks for, as `readPushJson` gives it. */
export async function composePreview(
  env: Env,
  body: Result<unknown, Problem>,
): Promise<Result<ComposedPreview, Problem>> {
  const asked = await read(env, body, PreviewOf);
  if (!asked.ok) return asked;
  const { push, named } = asked.value;
  if (named.recipientId === undefined && named.recipient === undefined) {
    return err(invalid([{ path: "$.recipientId", message: "is missing: expected it, or recipient" }]));
  }
  const found = await addressee(env.DB, named);
  if (!found.ok) return found;
  const known = found.value ?? MADE_UP;
  const settings = readSettings(env);
  const content = contentOf(push, defaultFrom(settings));
  const previewed = await withDraft(
    content,
    settings,
    relayFor(push.relays ?? null, settings),
    Date.now(),
    async (draft) => previewOf(draft, known, content.text !== null, content.attachments),
  );
  if (previewed === null) return err(noRoom());
  if (!previewed.ok) return err({ code: "not-composed", detail: previewed.error });
  return ok({ push, content, addressee: known, isNamed: named.recipientId !== undefined, preview: previewed.value });
}

drafts.post(
  "/test",
  describe({
    id: "testPush",
    section: "Pushes",
    summary: "Send a mail to a few addresses before a push sends it",
    description:
      "The body of a push, up to ten addresses, and whose mail they get: by default their own, if they are recipients. " +
      "The subject is marked `[Test]`, the links to unsubscribe do nothing, a suppressed address gets no mail, and no push " +
      "counts these mails. They go by one relay, as its rate, sessions and quotas allow. Answers within 30 seconds; sent again, the mails go out again.",
    body: {
      json: described({ to: z.array(z.string()).min(1).max(MAX_TESTS) }),
      examples: [{ ...CONTENT, to: ["li@example.com"] }],
    },
    answers: { 200: { description: "What each server said", json: TestsAnswer } },
    refusals: ["no-room"],
  }),
);
drafts.post("/test", async (context) => {
  const asked = await read(context.env, await readPushJson(context.req.raw), TestOf);
  if (!asked.ok) return refuse(asked.error);
  const { push, named } = asked.value;
  const { DB } = context.env;
  const known = await addressee(DB, named);
  if (!known.ok) return refuse(known.error);
  const settings = readSettings(context.env);
  const content = contentOf(push, defaultFrom(settings));
  const relay = relayFor(push.relays ?? null, settings);
  const addresses = [...new Map(named.to.map((one) => [addressKey(one), one])).values()];
  const skipped: TestAnswer[] = [];
  const recipients: Personal[] = [];
  for (const one of addresses) {
    const reason = await suppressionOf(DB, one, push.list);
    if (reason !== null)
      skipped.push({ to: one, accepted: false, class: reason, reply: "not sent: the address is suppressed" });
    else recipients.push({ ...(known.value ?? (await findByAddress(DB, one)) ?? MADE_UP), address: one });
  }
  const answers =
    recipients.length === 0
      ? []
      : await withDraft(content, settings, relay, Date.now(), (draft) =>
          sendTests(draft, recipients, {
            transport: makeTransport(settings, relay),
            budget: new RelayBudget(context.env, relay, newPushId(Date.now())),
            connections: settings.connections,
          }),
        );
  if (answers === null) return refuse(noRoom());
  const byAddress = new Map([...answers, ...skipped].map((answer) => [answer.to, answer]));
  return context.json({ relay: relay.id, data: addresses.map((one) => byAddress.get(one)) });
});

interface Named {
  readonly recipientId?: number | undefined;
  readonly recipient?: Partial<Personal> | undefined;
}

/** The body: what is asked beside the push, and the push. */
async function read<Asked extends Named>(
  env: Env,
  body: Result<unknown, Problem>,
  schema: z.ZodType<Asked>,
): Promise<Result<{ push: AskedPush; named: Asked }, Problem>> {
  if (!body.ok) return body;
  const named = checked(schema, body.value);
  if (!named.ok) return named;
  const { recipientId: _id, recipient: _recipient, to: _to, ...rest } = body.value as Record<string, unknown>;
  const push = await readPush(env.DB, readSettings(env), rest, Date.now());
  return push.ok ? ok({ push: push.value, named: named.value }) : push;
}

/** For whom the mail is; null: nobody is named. */
async function addressee(db: D1Database, named: Named): Promise<Result<Personal | null, Problem>> {
  const { recipientId, recipient: madeUp } = named;
  if (recipientId !== undefined && madeUp !== undefined) {
    return err(invalid([{ path: "$.recipient", message: "stands beside $.recipientId: expected one of them" }]));
  }
  if (recipientId === undefined) return ok(madeUp === undefined ? null : { ...MADE_UP, ...madeUp });
  const found = await findRecipient(db, recipientId);
  return found === null
    ? err(invalid([{ path: "$.recipientId", message: `there is no recipient ${recipientId}` }]))
    : ok(found);
}

function contentOf(push: AskedPush, from: string): DraftContent {
  const { subject, html, text = null, replyTo = null, list, headers, attachments } = push;
  return { subject, html, text, from: push.from ?? from, replyTo, list, headers, attachments };
}

function noRoom(): Problem {
  const detail = "mails that are being sent leave no memory for this one at the moment; send the request again";
  return { code: "no-room", detail, headers: { "retry-after": "10" } };
}

/** Without the fields that are undefined, which would replace others. */
function defined<T extends object>(fields: T): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** The relay that a mail of the push is most likely to go by. */
function relayFor(ids: readonly string[] | null, { relays }: Settings): RelaySettings {
  const usable = relays.filter(({ id }) => ids?.includes(id) ?? true).toSorted((a, b) => b.weight - a.weight);
  return (usable[0] ?? relays[0]) as RelaySettings;
}
