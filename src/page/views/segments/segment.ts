import type { Schemas } from "../../app/data/api.ts";

/** A filter that has a name. */
export type Segment = Schemas["Segment"];
