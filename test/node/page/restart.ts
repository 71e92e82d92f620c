import { expect, it } from "vitest";
import { look, openTab } from "./tab.ts";
import { PEOPLE, push, world } from "./world.ts";

// The last one: it ends the stack under all others.
it("a tab left open over a restart of the stack is right again by itself", async () => {
  const { stack } = world();
  const id = await push({ rate: 5 });
  const tab = await openTab({ at: `/pushes/${id}`, causes: /WebSocket|Failed to load|ERR_/ });
  const { page } = tab;
  await page.getByText(/^live, /).waitFor();
  await stack.restart();
  await stack.api("POST", `/api/pushes/${id}/cancel`);
  await page.getByText(/API_TOKEN cancelled it at/).waitFor({ timeout: 60_000 });
  await page.getByText(/^live, /).waitFor();
  expect((await look(page)).sum).toBe(PEOPLE);
  await tab.close();
});
