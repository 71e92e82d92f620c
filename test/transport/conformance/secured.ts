import { expect, inject } from "vitest";
import type { RelayScript } from "../../relay/script.ts";
import type { Certificates } from "../smtp/certificates.ts";
import { type Case, expectFault, inShort, type Trial } from "./trial.ts";

const ACCOUNT = { username: "ann", password: "secret" };
const SECURE = ["tls", "starttls"] as const;
type Secure = (typeof SECURE)[number];

/** TLS from the start and by STARTTLS, with a server on localhost that shows one certificate or another. */
export const secured: readonly Case[] = [
  ...SECURE.map((security) => ({
    title: `${security}: mails arrive, and credentials go through it`,
    async run(trial: Trial) {
      const seen = await over(trial, security, "trusted", { requireAuth: true });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent", "sent"]);
      expect(seen.sessions).toMatchObject([{ tls: true, mails: 3, ...ACCOUNT }]);
    },
  })),
  ...SECURE.flatMap((security) =>
    (["otherHost", "expired", "unknown"] as const).map((certificate) => ({
      title: `${security}: a certificate that does not verify is a fault, and nothing is told to the server: ${certificate}`,
      async run(trial: Trial) {
        const seen = await over(trial, security, certificate);
        expectFault(seen.end, security === "tls" ? "connect" : "starttls", null);
        expect(JSON.stringify(seen.sessions)).not.toMatch(/AUTH|MAIL/);
      },
    })),
  ),
  {
    title: "starttls: what was offered in clear is forgotten",
    async run(trial) {
      const seen = await over(trial, "starttls", "trusted", { tlsCapabilities: [] });
      expectFault(seen.end, "auth", null);
      expect(seen.sessions[0]?.commands).toEqual(["EHLO mailpush.test", "STARTTLS", "EHLO mailpush.test"]);
    },
  },
  {
    title: "starttls: replies put behind it in clear are forgotten",
    async run(trial) {
      const raw = "220 2.0.0 go ahead\r\n250-relay.test\r\n250 AUTH PLAIN\r\n235 2.7.0 welcome\r\n";
      const rules = [{ stage: "starttls" as const, raw }];
      const seen = await over(trial, "starttls", "trusted", { tlsCapabilities: [], rules });
      expect(seen.end.kind).toBe("fault");
      expect(JSON.stringify(seen.sessions)).not.toMatch(/AUTH|MAIL/);
    },
  },
  {
    title: "starttls: agreed to, and then the server hangs up",
    async run(trial) {
      const rules = [{ stage: "starttls" as const, reply: "220 2.0.0 go ahead", end: "drop" as const }];
      const seen = await over(trial, "starttls", "trusted", { rules });
      expectFault(seen.end, "starttls", null);
      expect(seen.sessions[0]?.commands).toEqual(["EHLO mailpush.test", "STARTTLS"]);
    },
  },
];

function over(trial: Trial, security: Secure, certificate: keyof Certificates, script: RelayScript = {}) {
  const tls = { ...inject("certificates")[certificate], implicit: security === "tls" };
  const offers = security === "tls" ? ["AUTH PLAIN"] : ["STARTTLS", "AUTH PLAIN"];
  return trial.run({ offers, script: { tls, ...script }, relay: { ...ACCOUNT, security, host: "localhost" } });
}
