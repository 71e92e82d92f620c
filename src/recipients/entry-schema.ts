import * as z from "zod";
import { MAX_ATTRIBUTES_BYTES } from "./attributes.ts";

const address = z.string();
const FIELDS = {
  username: z.string().optional(),
  area: z.string().optional(),
  attributes: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: `At most ${MAX_ATTRIBUTES_BYTES} bytes as JSON.` }),
};

/** The form of what `checkEntry` takes, for descriptions. */
export const entryForm = z.strictObject({ address, ...FIELDS }).meta({ id: "NewRecipient" });
/** The form of what `checkFields` takes. */
export const fieldsForm = z.strictObject({ address: address.optional(), ...FIELDS }).meta({ id: "RecipientChange" });
