import { consume } from "./delivery/consumer.ts";
import { bury } from "./delivery/dead-letter.ts";
import { app } from "./http/app.ts";

export { Push } from "./push/object.ts";

export default {
  fetch: app.fetch,
  queue: (batch, env) => (batch.queue.endsWith("-dead") ? bury(batch, env) : consume(batch, env)),
} satisfies ExportedHandler<Env>;
