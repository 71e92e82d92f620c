import type { Bounced, FeedbackEvent } from "../../feedback/event.ts";
import { countReturned, holdsBounces, pauseOverShare } from "../health/returned.ts";
import { noteBounces } from "../health/suppressions.ts";
import type { Limits } from "../limits.ts";
import type { FeedbackAnswer } from "../rpc.ts";
import { conclude } from "./conclude.ts";
import type { DeliveryRow, Ledger, RowChange } from "./ledger.ts";
import { Stories } from "./stories/stories.ts";

/** The states from which a doubt's resend is on its way. */
const WAITING: readonly string[] = ["pending", "queued", "deferred"];

/**
 * The row change that one event causes. Null: none. "later": while the mail is being sent, its settle has to come
 * first; the event decides only if none comes.
 */
export function feedbackTransition(row: DeliveryRow, event: FeedbackEvent): RowChange | "later" | null {
  switch (event.kind) {
    case "complained":
      if (row.state === "complained") return null;
      return { id: row.id, state: "complained", due_at: null, class: "complained", reply: event.words ?? row.reply };
    case "bounced":
      if (row.state === "bounced" || row.state === "complained") return null;
      return { id: row.id, state: "bounced", due_at: null, class: event.class ?? "bounced", reply: replyOf(event) };
    case "delivered":
    case "delayed": {
      if (row.state === "sending") return "later";
      // A retry by a person renews the counts, and leaves the class.
      const resends = WAITING.includes(row.state) && (row.doubts > 0 || row.class === "in-doubt");
      if (row.state !== "in_doubt" && !resends) return null;
      return { id: row.id, state: "sent", due_at: null, class: event.kind, reply: replyOf(event) };
    }
    case "unsubscribed":
    case "noted":
      return null;
  }
}

function replyOf(event: FeedbackEvent): string | null {
  const parts = [
    event.kind !== "delivered" && "status" in event ? event.status : null,
    "words" in event ? event.words : null,
  ];
  // Many servers' words begin with the status.
  const [status, words] = parts;
  if (status !== null && status !== undefined && !words?.includes(status)) return `${status} ${words ?? ""}`.trim();
  return words ?? null;
}

/**
 * Applies events to the ledger, in one transaction. The same events again change nothing and get the same answer.
 *
 * @param held ids of bounces whose suppression is not in D1: it is noted
 */
export function applyFeedback(
  ledger: Ledger,
  limits: Limits,
  events: readonly FeedbackEvent[],
  held: ReadonlySet<string>,
  now: number,
): FeedbackAnswer {
  if (ledger.push() === null) return { later: [] };
  const before = ledger.rows(events.flatMap(({ recipient }) => recipient ?? []));
  const rows = new Map(before.map((row) => [row.id, row]));
  const stories = new Stories(ledger, [...rows.keys()]);
  const changed = new Set<number>();
  const later: string[] = [];
  let unsubscribed = 0;
  // Last: whether a `delivered` is kept depends on the others.
  const ordered = events.toSorted((a, b) => Number(a.kind === "delivered") - Number(b.kind === "delivered"));
  for (const event of ordered) {
    const row = rows.get(event.recipient ?? -1);
    if (row === undefined) continue;
    const change = feedbackTransition(row, event);
    const moves = change !== null && change !== "later";
    if (change === "later") later.push(event.id);
    if (event.kind === "delivered" && !moves && !isExceptional(stories, row)) continue;
    const first = event.kind === "unsubscribed" && !stories.has(row.id, "unsubscribed");
    if (stories.keep(row, event, first || moves) && first) unsubscribed++;
    if (!moves) continue;
    rows.set(row.id, { ...row, ...change } as DeliveryRow);
    changed.add(row.id);
  }
  stories.write();
  ledger.store(
    before,
    [...changed].map((id) => rows.get(id) as DeliveryRow),
    now,
  );
  if (unsubscribed > 0) ledger.updatePush({ unsubscribed: (ledger.push()?.unsubscribed ?? 0) + unsubscribed });
  countReturned(ledger, before, rows);
  const bounces = events.filter(
    (event) => event.kind === "bounced" && held.has(event.id) && rows.has(event.recipient ?? -1),
  );
  if (bounces.length > 0) noteBounces(ledger, bounces as Bounced[], rows, holdsBounces(ledger, limits, [], []));
  pauseOverShare(ledger, limits, now);
  conclude(ledger, now);
  return { later };
}

/** A delivery that was not simply sent. */
function isExceptional(stories: Stories, row: DeliveryRow): boolean {
  return row.doubts > 0 || row.class === "in-doubt" || stories.has(row.id);
}
