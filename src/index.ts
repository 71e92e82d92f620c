import { consume } from "./delivery/consumer.ts";
import { consumeDeadLetters } from "./delivery/dead-letters.ts";
import { app } from "./http/app.ts";

export { Push } from "./push/object.ts";

export default {
  fetch: app.fetch,
  queue: (batch, env) => (batch.queue.endsWith("-dead") ? consumeDeadLetters(batch, env) : consume(batch, env)),
} satisfies ExportedHandler<Env>;
