import { verifyToken } from "../../message/signed/delivery-token.ts";
import type { SigningKeys } from "../../message/signed/signing-keys.ts";
import type { FeedbackEvent } from "../event.ts";

/** Providers that tell a webhook what became of a mail, and take a token of ours in a header to name the delivery. */
export const PROVIDERS = ["ses", "postmark", "sendgrid", "mailgun"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Why a provider's call is not taken. `feedback-not-taken`: for now, so that the provider sends it again. */
export interface Refused {
  readonly code: "invalid-body" | "webhook-unverified" | "webhook-repeated" | "feedback-not-taken";
  readonly detail: string;
}

export function unverified(detail: string): Refused {
  return { code: "webhook-unverified", detail };
}

/** What a verified call says. */
export interface Told {
  readonly events: readonly FeedbackEvent[];
  /** What was taken without an event, by its kind: of no use here ("Open"), or not about a mail of ours. */
  readonly ignored: readonly string[];
}

/** What an event's parser needs beside the event. */
export interface Reading {
  readonly keys: SigningKeys;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Joins what several events say. */
export function told(all: readonly (FeedbackEvent | string)[]): Told {
  return {
    events: all.filter((one) => typeof one !== "string"),
    ignored: all.filter((one) => typeof one === "string"),
  };
}

export const NOT_OURS = "not ours";

/** The parts that all events of one mail share. */
export interface Origin {
  readonly source: ProviderName | "email-service";
  readonly push: string;
  readonly recipient: number;
  readonly address: string | null;
  readonly at: number;
}

/**
 * What a provider's event is about; null: it carries no token of ours, so the mail is somebody else's.
 * @param at when it happened, by the event; null: it does not say
 */
export function originOf(
  source: ProviderName,
  {
    token,
    address,
    at,
  }: { readonly token: string | null; readonly address: string | null; readonly at: number | null },
  { keys, now }: Reading,
): Origin | null {
  const delivery = token === null ? null : verifyToken("event", token, keys);
  if (delivery === null) return null;
  return { source, ...delivery, address, at: happenedAt(at, now) };
}

/** When an event happened, by what it says. A time ahead would outlive the lifting of the suppression that it makes. */
export function happenedAt(at: number | null, now: number): number {
  return at !== null && at > 0 ? Math.min(at, now) : now;
}

const OLDEST_MS = 3 * 86_400_000;
const AHEAD_MS = 5 * 60_000;

/** How long a signature stays valid: a call is remembered for as long. */
export const SIGNATURE_LIFETIME_MS = OLDEST_MS + AHEAD_MS;

/** True for a time up to three days old, and at most five minutes ahead. SNS tries for an hour, others for longer. */
export function isTimely(at: number | null, now: number): at is number {
  return at !== null && at >= now - OLDEST_MS && at <= now + AHEAD_MS;
}

export const UNTIMELY = "the time is missing, older than three days, or ahead";
