import * as z from "zod";

const state = z.enum(["ok", "failed"]);

export const HealthAnswer = z
  .object({
    status: state,
    config: state.optional(),
    d1: state.optional(),
    queue: state.optional(),
    object: state.optional(),
    warnings: z.array(z.string()).optional().meta({ description: "What works and will not do in production." }),
  })
  .meta({ id: "Health", description: "Without `deep`, `status` alone." });
