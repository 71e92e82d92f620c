import { app } from "./http/app.ts";
import { consumeQueue } from "./queues.ts";

export { Push } from "./push/object.ts";

export default { fetch: app.fetch, queue: consumeQueue } satisfies ExportedHandler<Env>;
