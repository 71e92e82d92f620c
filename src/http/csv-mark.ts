import * as z from "zod";

/** Of a query for a CSV file. */
export const CSV_MARK = {
  mark: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "`true`: a CSV file begins with a byte order mark, by which Excel tells UTF-8." }),
};
