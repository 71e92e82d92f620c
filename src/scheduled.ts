import { deleteOld } from "./http/idempotency/idempotency-store.ts";

/** What the cron trigger of wrangler.toml does. What it leaves undone, the next one does. */
export async function runScheduled(controller: ScheduledController, env: Env): Promise<void> {
  await deleteOld(env.DB, controller.scheduledTime);
}
