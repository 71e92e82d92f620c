import { mkdirSync, rmSync } from "node:fs";
import { readOptions } from "../../../../scripts/options.ts";
import { randomSecret, startStack } from "../../../../scripts/stack.ts";
import { startRelay } from "../../../relay.ts";
import { startBrowser } from "../../browser.ts";
import { fill } from "./crowd.ts";
import { fillKeepers, keeperScenes } from "./keepers.ts";
import { EMPTY, scenesOf } from "./scenes.ts";
import { LOOKS, TARGET, take } from "./take.ts";

const { only, looks } = readOptions("npm run screenshots [-- --only WORDS] [--looks light,dark]", {
  only: { type: "string", default: "" },
  looks: { type: "string", default: Object.keys(LOOKS).join() },
});
const asked = { only, looks: looks.split(",").map((look) => look.trim()) };
rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
const relay = await startRelay({
  capabilities: ["PIPELINING", "8BITMIME", "SMTPUTF8"],
  keep: "count",
  rules: [
    {
      stage: "rcpt",
      recipient: "^nobody",
      reply: "550 5.1.1 The email account that you tried to reach does not exist",
    },
  ],
});
const SIGNING_KEY = randomSecret();
const stack = await startStack({ vars: { SMTP_PORT: String(relay.port) }, secrets: { SIGNING_KEY } });
const { browser, close } = await startBrowser();
try {
  await take(stack, browser, EMPTY, asked);
  const scenes = scenesOf(await fill(stack));
  await take(stack, browser, [...scenes, ...keeperScenes(await fillKeepers(stack, SIGNING_KEY))], asked);
  console.log(TARGET);
} finally {
  await close();
  await stack.stop();
  await relay.stop();
}
process.exit(0);
