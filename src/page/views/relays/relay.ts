import type { Schemas } from "../../app/data/api.ts";

/** A mail server that pushes send by, as it stands now. */
export type Relay = Schemas["Relay"];
