type Vars = Readonly<Record<string, string>>;

/**
 * Where `npm start` sends mails, in words; null: to its own inbox, when .dev.vars names no relay. The relays in
 * wrangler.toml do not count: they are the deployment's.
 */
export function describeWay(devVars: Vars, tomlVars: Vars): string | null {
  const vars: Vars = { SMTP_PORT: "465", SMTP_SECURITY: "tls", ...tomlVars, ...devVars };
  if (vars.TRANSPORT === "none") return "nowhere: TRANSPORT is none";
  if (vars.TRANSPORT === "email-service") {
    return "into files that the log names, gone when this ends: TRANSPORT is email-service";
  }
  if ((devVars.RELAYS ?? "").trim() !== "") return "to the relays of RELAYS in .dev.vars";
  if (devVars.SMTP_HOST === undefined && devVars.SMTP_PORT === undefined) return null;
  return `to ${vars.SMTP_HOST}:${vars.SMTP_PORT}, SMTP_SECURITY ${vars.SMTP_SECURITY}`;
}
