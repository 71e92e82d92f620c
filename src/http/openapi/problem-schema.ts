import * as z from "zod";
import { PROBLEMS, type ProblemCode } from "../problem-codes.ts";

/** The body of every error. */
export const ProblemAnswer = z
  .object({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).meta({ description: "For programs." }),
    detail: z.string().meta({ description: "For people." }),
    errors: z
      .array(
        z
          .object({
            path: z
              .string()
              .meta({ description: 'In the body `$.filter["attributes.age"].gt`; in the query `?limit`.' }),
            message: z.string(),
          })
          .loose(),
      )
      .optional()
      .meta({ description: "Each error; the first 100." }),
    id: z
      .string()
      .optional()
      .meta({ description: "The push that this is about, where the request could not name it." }),
    requestId: z.string().optional().meta({ description: "As in `X-Request-Id`." }),
  })
  .meta({ id: "Problem", description: "An error (RFC 9457), as `application/problem+json`." });
