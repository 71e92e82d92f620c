import { startPostfix, whyNoPostfix } from "../test/node/postfix/postfix.ts";
import { hasExim, limitedExim } from "../test/node/servers/kinds.ts";
import { certify, removeAuthorities } from "../test/setup/certify.ts";
import { MESSAGE } from "./end-to-end/audience.ts";
import { goal, type Report, show } from "./report.ts";
import { onStage } from "./sharing/stage.ts";
import { audienceOf } from "./sharing/two-pushes.ts";

const MOST_MS = 4 * 60_000;
/** The servers know readers of this domain only: see DOMAIN there. */
const AREA = "readers";

/** A real server with a limit, and a push that meets it. */
interface Limited {
  readonly name: string;
  /** What it takes, mails per second. */
  readonly perSecond: number;
  readonly mails: number;
  /** Why it cannot be measured here; null: it can. */
  readonly missing: string | null;
  start(): Promise<{ readonly port: number; stop(): Promise<void> }>;
}

interface Measured {
  readonly limited: Limited;
  /** From the POST to the end. */
  readonly seconds: number;
  readonly calls: number;
}

/** A push by real servers that limit us, all at once: each has its own stack, and waits most of the time. */
export async function limitsPart(): Promise<Report> {
  const kinds = [exim(50, 1_500), exim(20, 800), anvil(600, 60, 1_500), anvil(200, 10, 1_000)];
  for (const { name, missing } of kinds) if (missing !== null) console.log(`${name} is left out: ${missing}.`);
  const measured = await Promise.all(kinds.filter(({ missing }) => missing === null).map(measure));
  removeAuthorities();
  return {
    title: "Real servers that limit us",
    method:
      "A push by Exim with a `ratelimit` ACL and by Postfix with its anvil, which count as they do, and whose limits nobody tells " +
      "mailpush. From the POST to the end, learning included; all at once, each on a stack of its own.",
    rows: measured.map(({ limited, seconds, calls }) => ({
      server: limited.name,
      mails: show(limited.mails),
      seconds: show(seconds),
      "mails/s": show(limited.mails / seconds),
      "calls to the relay's object": show(calls),
    })),
    goals: measured.map(({ limited, seconds }) =>
      goal(`${limited.name}: of what it takes`, (limited.mails / seconds / limited.perSecond) * 100, "≥", 80, " %"),
    ),
    notes: [
      "Postfix takes the mails of its first window at once, so a push of few windows may pass what it takes in the long run.",
    ],
  };
}

async function measure(limited: Limited): Promise<Measured> {
  const server = await limited.start();
  try {
    return await onStage(server.port, audienceOf([AREA], limited.mails), MESSAGE, async (stage) => {
      const from = Date.now();
      const ended = await stage.ended(await stage.push(AREA), MOST_MS);
      return { limited, seconds: (ended - from) / 1000, calls: await stage.calls() };
    });
  } finally {
    await server.stop();
  }
}

function exim(perSecond: number, mails: number): Limited {
  return {
    name: `Exim, ${perSecond} in 1 s`,
    perSecond,
    mails,
    missing: hasExim() ? null : "`npm run test:servers` fetches it",
    start: () => limitedExim(perSecond),
  };
}

function anvil(limit: number, seconds: number, mails: number): Limited {
  const settings = `smtpd_client_message_rate_limit = ${limit}\nanvil_rate_time_unit = ${seconds}s\n`;
  return {
    name: `Postfix, ${limit} in ${seconds} s`,
    perSecond: limit / seconds,
    mails,
    missing: whyNoPostfix(),
    start: async () => {
      const { trusted } = await certify();
      const { ports, stop } = await startPostfix(trusted, settings);
      return { port: ports.PIPELINING, stop };
    },
  };
}
