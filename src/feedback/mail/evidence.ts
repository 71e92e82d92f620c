import { addressIn } from "./addresses.ts";
import { unfold } from "./inbound-mail.ts";
import type { Evidence } from "./report.ts";

export const NO_EVIDENCE: Evidence = { envelopeIds: [], messageIds: [], returnPaths: [] };

const MAX_VALUES = 20;
/** Fields that hold a Message-ID; Google overwrites none, but names it in its report. */
const MESSAGE_ID = /^(?:x-original-)?message-id:\s*<?([^<>\s]+@[^<>\s]+)>?/i;
const RETURN_PATH = /^(?:return-path|x-envelope-from|envelope-from|x-original-mail-from|original-mail-from):\s*(.+)/i;
const ENVELOPE_ID = /^original-envelope-id:\s*(\S+)/i;

/** Tokens of ours that header fields and report fields may hold, of any number of texts. */
export function evidenceIn(...texts: readonly (string | null)[]): Evidence {
  const lines = texts.flatMap((text) => (text === null ? [] : unfold(text))).map((line) => line.trim().slice(0, 1_000));
  const all = (pattern: RegExp): string[] => [
    ...new Set(lines.map((line) => pattern.exec(line)?.[1]).filter((value) => value !== undefined)),
  ];
  return {
    envelopeIds: all(ENVELOPE_ID).slice(0, MAX_VALUES),
    messageIds: all(MESSAGE_ID).slice(0, MAX_VALUES),
    returnPaths: all(RETURN_PATH)
      .map(addressIn)
      .filter((address) => address !== null)
      .slice(0, MAX_VALUES),
  };
}
