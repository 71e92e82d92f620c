import * as z from "zod";
import { defaultFrom, type Settings } from "../../config/settings.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { findSegment } from "../../drafts/segments.ts";
import { findTemplate, type TemplateVersion } from "../../drafts/templates.ts";
import { outlastsExpiry, WAITS_TOO_LONG } from "../../push/canary/canary.ts";
import type { PushChange } from "../../push/rpc.ts";
import { ACTIONS, actionOf } from "../../push/steering/actions.ts";
import { mailpushChange, REFERENCES } from "../../push/steering/mailpush.ts";
import { type FieldError, invalid, type Problem } from "../problem.ts";
import { checked } from "./body.ts";

/** Tolerates clock differences; an older time is a mistake, and must not send mail at once. */
const MAX_PAST_MS = 5 * 60_000;
const MAX_AHEAD_MS = 366 * 86_400_000;

/** What a body of `POST /api/pushes` asks for, checked, with its stored parts filled in. */
export type AskedPush = Omit<z.output<NonNullable<ReturnType<typeof actionOf>>>, "sendAt" | "template" | "segment"> & {
  /** Epoch milliseconds; null: at once. */
  readonly sendAt: number | null;
  /** The version whose content it has; null: of none. */
  readonly template: TemplateVersion | null;
  /** The segment whose filter it has; null: of none. */
  readonly segment: string | null;
};

/**
 * Checks a body of `POST /api/pushes`. A template or a segment that it names is read now: the result has its content.
 *
 * @param now epoch milliseconds that `sendAt` is compared with
 */
export async function readPush(
  db: D1Database,
  settings: Pick<Settings, "relays">,
  body: unknown,
  now: number,
): Promise<Result<AskedPush, Problem>> {
  const object = checked(z.looseObject({}), body);
  if (!object.ok) return object;
  const { action } = object.value;
  const schema = actionOf(action);
  if (schema === null) {
    const known = [...ACTIONS.keys()].join(", ");
    const given = action === undefined ? "missing" : `unknown: ${JSON.stringify(action).slice(0, 100)}`;
    return err(invalid([{ path: "$.action", message: `${given}; the known actions are: ${known}` }]));
  }
  const filled = await filledIn(db, object.value);
  if (!filled.ok) return filled;
  const { template, segment } = filled.value;
  const asked = checked(schema, filled.value.body);
  if (!asked.ok) return asked;
  const relays = unknownRelays(asked.value.relays ?? [], settings);
  if (relays.length > 0) return err(invalid(relays));
  if (outlastsExpiry(asked.value.canary ?? null, asked.value.expiresIn)) {
    return err(invalid([{ path: "$.canary.waitSeconds", message: WAITS_TOO_LONG }]));
  }
  const sendAt = startTime(asked.value.sendAt, now);
  return sendAt.ok ? ok({ ...asked.value, sendAt: sendAt.value, template, segment }) : sendAt;
}

/** A checked body of `PATCH /api/pushes/:id`. */
export interface AskedChange {
  readonly change: PushChange;
  /** The content version that it is made from; null: whichever there is. */
  readonly version: number | null;
}

/** Checks a body of `PATCH /api/pushes/:id`. A template that it names is read now. `now` as in `readPush`. */
export async function readChange(
  db: D1Database,
  settings: Settings,
  body: unknown,
  now: number,
): Promise<Result<AskedChange, Problem>> {
  const object = checked(z.looseObject({}), body);
  const filled = object.ok ? await filledIn(db, object.value) : object;
  if (!filled.ok) return filled;
  const asked = checked(mailpushChange, filled.value.body);
  if (!asked.ok) return asked;
  const { template: _named, contentVersion = null, sendAt, expiresIn, from, ...rest } = asked.value;
  const relays = unknownRelays(rest.relays ?? [], settings);
  if (relays.length > 0) return err(invalid(relays));
  const start = sendAt === undefined ? ok(undefined) : startTime(sendAt, now);
  if (!start.ok) return start;
  const change: PushChange = {
    ...rest,
    sendAt: start.value,
    expiresInSeconds: expiresIn,
    from: from === null ? defaultFrom(settings) : from,
    template: filled.value.template ?? undefined,
  };
  return ok({ change, version: contentVersion });
}

const NAMED = z.looseObject({ template: REFERENCES.template.optional(), segment: REFERENCES.segment.optional() });
const FILLED_BY_TEMPLATE = ["subject", "html", "text"] as const;

interface Filled {
  readonly body: Readonly<Record<string, unknown>>;
  readonly template: TemplateVersion | null;
  readonly segment: string | null;
}

/** The body with the content of the template and the filter of the segment that it names. */
async function filledIn(db: D1Database, body: Readonly<Record<string, unknown>>): Promise<Result<Filled, Problem>> {
  const named = checked(NAMED, body);
  if (!named.ok) return named;
  const { template: wanted, segment: wantedId } = named.value;
  const errors: FieldError[] = [];
  const refuseBeside = (path: string, fields: readonly string[]) => {
    for (const field of fields.filter((one) => body[one] !== undefined)) {
      errors.push({ path: `$.${field}`, message: `stands beside ${path}: expected one of them` });
    }
  };
  let content = {};
  let template: TemplateVersion | null = null;
  if (wanted !== undefined) {
    refuseBeside("$.template", FILLED_BY_TEMPLATE);
    const found = await findTemplate(db, wanted.id, wanted.version ?? null);
    if (found === null) errors.push({ path: "$.template", message: unknownTemplate(wanted) });
    else {
      const { id, version, subject, html, text } = found;
      template = { id, version };
      content = { subject, html, text };
    }
  }
  let audience = {};
  if (wantedId !== undefined) {
    refuseBeside("$.segment", ["filter"]);
    const found = await findSegment(db, wantedId);
    if (found === null) errors.push({ path: "$.segment", message: `there is no segment ${quoted(wantedId)}` });
    else audience = { filter: found.filter };
  }
  if (errors.length > 0) return err(invalid(errors));
  return ok({ body: { ...body, ...content, ...audience }, template, segment: wantedId ?? null });
}

function unknownTemplate({ id, version }: { readonly id: string; readonly version?: number | undefined }): string {
  return `there is no template ${quoted(id)}${version === undefined ? "" : ` with a version ${version}`}`;
}

function quoted(id: string): string {
  return JSON.stringify(id.slice(0, 64));
}

/** Relays that the configuration does not have. */
function unknownRelays(ids: readonly string[], { relays }: Pick<Settings, "relays">) {
  const known = relays.map(({ id }) => id);
  return ids.flatMap((id, at) => {
    if (known.includes(id)) return [];
    return { path: `$.relays[${at}]`, message: `unknown: ${JSON.stringify(id)}; the relays are: ${known.join(", ")}` };
  });
}

/** null: at once. */
function startTime(given: string | null | undefined, now: number): Result<number | null, Problem> {
  if (given === null || given === undefined) return ok(null);
  const time = Date.parse(given);
  const wrong = (message: string) => err(invalid([{ path: "$.sendAt", message }]));
  if (time < now - MAX_PAST_MS) return wrong("is in the past");
  if (time > now + MAX_AHEAD_MS) return wrong("is more than a year away");
  return ok(time > now ? time : null);
}
