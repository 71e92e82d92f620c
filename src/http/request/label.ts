import * as z from "zod";

/** A name that a person gives, for other people: it stands in answers, logs and pages. */
export function label(maxCharacters: number) {
  return (
    z
      .string()
      .max(maxCharacters)
      // Nothing invisible, no line breaks, no change of direction.
      .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, "holds a line break or another control character")
      .refine((name) => name.trim() !== "", "is empty")
  );
}
