import type { Page } from "playwright-core";
import type { Scene, Told } from "./scenes.ts";

/** Has a page get what a scene has instead of what the stack says. */
export async function stage(page: Page, { told, answers = {} }: Scene): Promise<void> {
  for (const [path, answer] of Object.entries(answers)) {
    await page.route(path, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: answer(await response.json(), new URL(route.request().url())) });
    });
  }
  if (told === undefined) return;
  await page.route(/\/api\/pushes\/\w+$/, async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    await route.fulfill({ response, json: retold(await response.json(), told) });
  });
  await page.routeWebSocket(/\/live$/, (line) => {
    const server = line.connectToServer();
    server.onMessage((message) => {
      line.send(message === "pong" ? message : JSON.stringify(retold(JSON.parse(String(message)), told)));
    });
  });
}

/** The push as told, its sums made to fit its tallies. */
function retold(push: Told, told: (push: Told) => void): Told {
  told(push);
  const { sent = 0, complained = 0, failed = 0, bounced = 0 } = push.tallies;
  push.success = sent + complained;
  push.failure = failed + bounced;
  push.total = Object.values(push.tallies).reduce((sum, one) => sum + one, 0);
  push.expected = Math.max(push.total, push.snapshotDone ? 0 : push.expected);
  return push;
}
