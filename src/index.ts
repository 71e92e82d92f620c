import { receiveEmail } from "./feedback/email.ts";
import { app } from "./http/app.ts";
import { isPageFile, pageFile } from "./http/page-file.ts";
import { consumeQueue } from "./queues.ts";
import { runScheduled } from "./scheduled.ts";

export { Once } from "./once/object.ts";
export { Push } from "./push/object.ts";
export { Relay } from "./relay/object.ts";

export default {
  fetch: (request, env, context) => (isPageFile(request) ? pageFile(request, env) : app.fetch(request, env, context)),
  queue: consumeQueue,
  email: receiveEmail,
  scheduled: runScheduled,
} satisfies ExportedHandler<Env>;
