import { BYTE_ORDER_MARK, csvLine } from "../core/csv-line.ts";
import { deliveryView } from "../push/index/view.ts";
import type { DeliveryView } from "../push/rpc.ts";

export const FORMATS = ["csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** How a format writes an export. */
export interface Lines {
  readonly contentType: string;
  /** Before the first delivery. */
  readonly header: string;
  lineOf(delivery: DeliveryView): string;
}

/** The fields and their names are those of a delivery in the API. */
const COLUMNS = ["id", "address", "state", "attempts", "class", "reply", "dueAt", "updatedAt"] as const;

export const LINES: Readonly<Record<Format, Lines>> = {
  csv: {
    contentType: "text/csv; charset=utf-8",
    header: csvLine(COLUMNS),
    lineOf: (delivery) => {
      const view = deliveryView(delivery);
      return csvLine(COLUMNS.map((column) => `${view[column] ?? ""}`));
    },
  },
  ndjson: {
    contentType: "application/x-ndjson",
    header: "",
    lineOf: (delivery) => `${JSON.stringify(deliveryView(delivery))}\n`,
  },
};

/** With a byte order mark before the header; what has no header stays as it is. */
export function marked(lines: Lines): Lines {
  return lines.header === "" ? lines : { ...lines, header: BYTE_ORDER_MARK + lines.header };
}
