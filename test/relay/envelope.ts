import type { Complain } from "./content.ts";

/** What MAIL or RCPT said. */
export interface Path {
  address: string;
  /** Upper case, "SIZE=100" as SIZE → 100. */
  parameters: Map<string, string>;
}

/** Parses `MAIL FROM:<a@b> SIZE=1` or `RCPT TO:<a@b>`, null if it is neither; complains of what RFC 5321 does not allow. */
export function parsePath(line: string, complain: Complain): Path | null {
  const match = /^(?:MAIL FROM|RCPT TO):(\s*)<([^<>]*)>(.*)$/i.exec(line);
  if (!match) {
    complain("syntax", line);
    return null;
  }
  const [, space = "", address = "", rest = ""] = match;
  if (space !== "") complain("syntax", `a space before the path: ${line}`);
  if (rest !== "" && !rest.startsWith(" ")) complain("syntax", line);
  const parameters = new Map<string, string>();
  for (const word of rest.trim().split(/ +/)) {
    if (word === "") continue;
    const [name = "", value = ""] = word.split("=", 2);
    parameters.set(name.toUpperCase(), value);
  }
  return { address, parameters };
}

/** The name of the capability that must be offered before a parameter of MAIL or RCPT may be used. */
export const CAPABILITY_OF: Readonly<Record<string, string>> = {
  SIZE: "SIZE",
  BODY: "8BITMIME",
  SMTPUTF8: "SMTPUTF8",
  RET: "DSN",
  ENVID: "DSN",
  NOTIFY: "DSN",
  ORCPT: "DSN",
};
