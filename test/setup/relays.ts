/** Where a relay of the test file's own listens. */
export type Port = number;

/** Variables with one relay. */
export async function oneRelay(open: () => Promise<Port>): Promise<Record<string, string>> {
  return { SMTP_PORT: String(await open()) };
}

/** The password that relay `locked` is configured with. */
export const LOCKED_PASSWORD = "not-to-be-seen-anywhere";

/** Variables with several relays on the same two servers: each has limits of its own, and an object of its own. */
export async function severalRelays(open: () => Promise<Port>): Promise<Record<string, string>> {
  const server = { host: "127.0.0.1", security: "none" };
  const first = { ...server, port: await open() };
  return {
    RELAYS: JSON.stringify([
      { id: "main", ...first },
      { id: "standby", ...server, port: await open(), weight: 0 },
      { id: "locked", ...first, username: "ann", passwordSecret: "LOCKED_PASSWORD" },
      { id: "rationed", ...first, quotas: [{ limit: 60, seconds: 6 }] },
      { id: "scarce", ...first, quotas: [{ limit: 60, seconds: 3_600 }] },
      { id: "closed", ...server, port: 1 },
    ]),
    LOCKED_PASSWORD,
    // A server that says nothing more is found out soon.
    SMTP_CONNECT_SECONDS: "1",
    SMTP_GREETING_SECONDS: "1",
    SMTP_COMMAND_SECONDS: "1",
    SMTP_CONTENT_SECONDS: "1",
  };
}
