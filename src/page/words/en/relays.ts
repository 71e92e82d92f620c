import { number, plural } from "../../app/time/format.ts";

const pushesOf = (count: number): string => `${number(count)} ${plural(count, { one: "push", other: "pushes" })}`;

const PERIODS: Readonly<Record<number, string>> = { 1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day" };

export const relays = {
  title: "Relays",
  intro: "The mail servers that pushes send by",
  /** Of several. */
  taking: (up: number, all: number) =>
    up === all ? `all ${number(all)} take mail` : `${number(up)} of ${number(all)} take mail`,
  transports: {
    smtp: "SMTP",
    none: "counts mails and sends none",
    "email-service": "Cloudflare Email Service",
  } as Readonly<Record<string, string>>,
  security: { tls: "TLS", starttls: "STARTTLS", none: "in clear" } as Readonly<Record<string, string>>,
  as: (username: string) => `signs in as ${username}`,
  provider: (name: string) => `provider ${name}`,
  standby: "standby: used when the others fail",
  weight: (weight: string) => `weight ${weight}`,
  health: {
    up: "takes mail",
    resting: "resting",
    probing: "being tried",
    stopped: "stopped",
    paused: "paused",
    unknown: "not known",
  },
  means: {
    up: "",
    resting:
      "It takes no mail just now, so nobody sends to it and nobody loses an attempt. It is tried again by itself.",
    probing: "After a rest, one push tries it with a few mails. Once they are taken, all go on.",
    stopped: "It refuses our credentials. Correct them in the configuration, test it, then resume.",
    paused: "A person paused it. No push sends by it until it is resumed.",
    unknown: "What watches over this relay does not answer. Mails go on; look again in a minute.",
  },
  since: (time: string) => `Since ${time}.`,
  nextTry: (span: string) => `Next try in ${span}.`,
  perSecond: (rate: string) => `${rate}/s`,
  noLimit: "no limit",
  notMet: "none met",
  rateNow: "Rate now",
  accepted: "Taken lately",
  learned: "Refused above",
  configured: "Configured limit",
  sessions: "Sessions open",
  ofLimit: (used: string, limit: string) => `${used} of ${limit}`,
  quota: (limit: string, seconds: number) => `${limit} mails ${PERIODS[seconds] ?? `in ${number(seconds)} s`}`,
  quotaFull: " · full; the first come free again:",
  quotaFrees: " · the first come free again:",
  shares: "Pushes that send by it now",
  noShares: "No push sends by it just now.",
  push: "Push",
  share: "May send",
  wants: "Waiting",
  test: "Test",
  testOf: (id: string) => `Test ${id}: connects and signs in, sends no mail`,
  pause: "Pause…",
  pauseOf: (id: string) => `Pause ${id}`,
  resume: "Resume…",
  resumeOf: (id: string) => `Resume ${id}`,
  pauseDialog: {
    title: (id: string) => `Pause relay ${id}?`,
    says: (users: number) =>
      users === 0
        ? "No push sends by it just now. Until it is resumed, none will; pushes with other relays use those."
        : `${pushesOf(users)} ${plural(users, { one: "sends", other: "send" })} by it now: their mails in conversation finish, the rest goes by other relays or waits. Nobody loses an attempt.`,
    saysLast: (users: number) =>
      users === 0
        ? "No other relay takes mail: until one is resumed, no push sends anything, and those that begin wait."
        : `${pushesOf(users)} ${plural(users, { one: "sends", other: "send" })} by it now, and no other relay takes mail: what is in conversation finishes, and everything else waits until a relay is resumed. Nobody loses an attempt.`,
    act: "Pause the relay",
    did: (id: string) => `Relay ${id} is paused.`,
  },
  resumeDialog: {
    title: (id: string) => `Resume relay ${id}?`,
    says: {
      paused: "Pushes send by it again, slowly at first.",
      stopped: "It is tried with the credentials as configured now. Pushes that its stop has paused go on too.",
      resting: "Its rest ends at once, and it is tried now instead of at its next turn.",
    } as Readonly<Record<string, string>> & { readonly paused: string },
    act: "Resume the relay",
    did: (id: string, pushes: number) =>
      pushes === 0 ? `Relay ${id} is resumed.` : `Relay ${id} is resumed, and with it ${pushesOf(pushes)}.`,
  },
  testResult: {
    ms: (ms: string) => `${ms} ms`,
    ok: (time: string) => `It works: all steps took ${time}. No mail was sent.`,
    failed: (stage: string, time: string) => `It failed at ${stage}, after ${time}. No mail was sent.`,
    stages: {
      connect: "the connection",
      greeting: "the greeting",
      ehlo: "EHLO",
      starttls: "STARTTLS",
      tls: "TLS",
      auth: "signing in",
      quit: "QUIT",
    } as Readonly<Record<string, string>>,
    connected: (time: string) => `Connected in ${time}`,
    offered: (list: string) => `It offers ${list}`,
    secured: "Encrypted",
    inClear: "In clear: nothing was encrypted",
    signedIn: "Signed in",
    notSignedIn: "Not signed in",
    todo: "Compare host, port, security and credentials with what the provider says.",
  },
};
