import { app } from "./http/app.ts";
import { consumeQueue } from "./queues.ts";
import { runScheduled } from "./scheduled.ts";

export { Push } from "./push/object.ts";

export default { fetch: app.fetch, queue: consumeQueue, scheduled: runScheduled } satisfies ExportedHandler<Env>;
