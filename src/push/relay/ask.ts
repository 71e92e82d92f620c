import { readSettings } from "../../config/settings.ts";
import { logError } from "../../log.ts";
import { relayObject, sendReport, termsOf } from "../../relay/call.ts";
import type { Dispatch } from "../alarm/dispatch.ts";
import { healthOf } from "../health/health.ts";
import { conclude } from "../ledger/conclude.ts";
import { dueReports, noAnswer, takeAnswer } from "./reporting.ts";

/**
 * Sends the reports that are due, and takes the answers. Never throws: relays' objects stop no push.
 *
 * @param claiming deliveries that a consumer is about to claim
 */
export async function askRelays({ env, ledger, limits, event }: Dispatch, claiming: number): Promise<void> {
  try {
    const settings = readSettings(env);
    const due = ledger.transaction(() => dueReports(ledger, limits, Date.now(), claiming));
    await Promise.all(
      due.map(async (asking) => {
        const relay = settings.relays.find(({ id }) => id === asking.relay);
        if (relay === undefined) return;
        const answer = await sendReport(env, relay, asking.report);
        event((now) => {
          if (answer === null) noAnswer(ledger, limits, asking.relay, now);
          else takeAnswer(ledger, limits, asking, answer, now);
          conclude(ledger, now);
        });
      }),
    );
  } catch (error) {
    logError({ at: "relay", push: ledger.push()?.id, error: String(error) });
  }
}

/**
 * Resumes the relays that stopped by themselves: a person who resumes a push has mended what stopped its relay, or wants
 * to see it tried again. A relay that a person has paused stays so.
 */
export async function resumeStopped({ env, ledger }: Pick<Dispatch, "env" | "ledger">): Promise<void> {
  const push = ledger.push();
  if (push === null) return;
  try {
    const uses = Object.entries(healthOf(push).relays);
    const stopped = uses.filter(([, { health }]) => health.kind === "stopped" && health.by === "relay");
    for (const [id] of stopped) {
      const relay = readSettings(env).relays.find((one) => one.id === id);
      if (relay !== undefined) await relayObject(env, id).resume(termsOf(relay));
    }
  } catch (error) {
    logError({ at: "relay", push: push.id, error: String(error) });
  }
}
