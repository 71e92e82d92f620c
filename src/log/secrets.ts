import { Buffer } from "node:buffer";

const SECRET_NAME = /TOKEN|KEY|SECRET|PASS|CREDENTIAL|AUTH/;
const NAMED_IN_RELAYS = /"passwordSecret"\s*:\s*"([A-Z][A-Z0-9_]*)"/g;
/** A shorter one would stand in every text by chance. */
const MIN_CHARACTERS = 6;

/**
 * The secrets among a Worker's variables, in each form in which an error may quote them: as they are, in a URL, in JSON,
 * and in base64, as SMTP AUTH sends them (RFC 4616: alone, or behind a user name of any length). The longest first.
 */
export function secretsOf(variables: object): string[] {
  const values = new Map(
    Object.entries(variables).filter((one): one is [string, string] => typeof one[1] === "string"),
  );
  const named = Array.from((values.get("RELAYS") ?? "").matchAll(NAMED_IN_RELAYS), ([, name = ""]) => name);
  const names = new Set([...Array.from(values.keys()).filter((name) => SECRET_NAME.test(name)), ...named]);
  const secrets = Array.from(names, (name) => values.get(name) ?? "").filter((one) => one.length >= MIN_CHARACTERS);
  const forms = new Set(secrets.flatMap(formsOf));
  return Array.from(forms).sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): string[] {
  return [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1), ...base64Of(secret)];
}

/** The digits of the secret alone, wherever it stands in a text in base64: one form for each remainder modulo three. */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const isSharedAtEnd = (before + bytes.length) % 3 !== 0;
    return digits.slice(before === 0 ? 0 : before + 1, isSharedAtEnd ? -1 : undefined);
  });
}
