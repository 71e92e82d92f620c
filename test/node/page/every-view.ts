import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { push, world } from "./world.ts";

const ROUTES = new URL("../../../src/page/app/routes.ts", import.meta.url);
/** Every address that the page has a view for, with something to show. */
const PATHS = [...readFileSync(ROUTES, "utf8").matchAll(/path: "([^"]+)"/g)].map(([, path = ""]) => path);

it.each(PATHS)("%s has no barrier, light or dark, and no fault, in either language", async (route) => {
  const tab = await openTab({ at: await addressOf(route) });
  const { page } = tab;
  for (const language of ["EN", "中文"]) {
    await page.getByRole("button", { name: language, exact: true }).click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    await tab.expectNoBarriers();
  }
  await tab.close();
});

it.each([
  { scopes: ["read"], title: "Pushes", at: PATHS },
  { scopes: ["read", "write"], title: "Pushes", at: ["/new", "/pushes/:id", "/templates/:id"] },
  { scopes: ["read", "send"], title: "Pushes", at: ["/new", "/pushes/:id"] },
  { scopes: ["write", "send"], title: "Not with this token", at: ["/new", "/recipients/import"] },
])("no view of a token that may $scopes calls what it may not", async ({ scopes, title, at }) => {
  const { stack } = world();
  const { token } = await stack.api<{ token: string }>("POST", "/api/tokens", { name: scopes.join(" "), scopes });
  const tab = await openTab({ token });
  const { page } = tab;
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  for (const route of at) {
    await page.goto(await addressOf(route));
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
  }
  // A 403 would stand in the console.
  await tab.close();
});

it("where the page's script does not come, it says so and how to go on", async () => {
  const tab = await openTab({ at: "/docs", causes: /ERR_FAILED/ });
  const { page } = tab;
  await page.route("**/assets/main-*.js", (route) => route.abort());
  await page.goto("/recipients");
  await page.getByRole("link", { name: "load it again" }).waitFor();
  await tab.expectNoBarriers();
  await page.unrouteAll();
  await page.getByRole("link", { name: "load it again" }).click();
  await page.getByRole("heading", { level: 1, name: "Recipients" }).waitFor();
  await tab.close();
});

it("on a phone the navigation shows where one is, and nothing is wider than the screen", async () => {
  const tab = await openTab();
  const { page } = tab;
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ["Recipients", "Relays", "Settings"]) {
    await page.goto(`/${name.toLowerCase()}`);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    const { x = -1, width = 0 } = (await page.getByRole("link", { name, exact: true }).boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(390);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  }
  await tab.close();
});

/** For the views of one thing, by the first part of their path, such a thing. */
const MADE: Readonly<Record<string, () => Promise<string>>> = {
  pushes: () => push({ filter: { area: "south" }, hold: true }),
  recipients: async () => {
    const id = await push({ filter: { area: "south" }, hold: true });
    const { api } = world().stack;
    // Who has a history, once the push has its people.
    const copied = async () => (await api<{ snapshotDone: boolean }>("GET", `/api/pushes/${id}`)).snapshotDone;
    await expect.poll(copied, { timeout: 20_000 }).toBe(true);
    const { data } = await api<{ data: { id: number }[] }>("GET", "/api/recipients?search=neighbour0@");
    return String(data[0]?.id);
  },
  templates: async () => {
    const template = { name: "Spring", subject: "Hello {{ username }}", html: "<p>Hello</p>" };
    return (await world().stack.api<{ id: string }>("POST", "/api/templates", template)).id;
  },
};

async function addressOf(route: string): Promise<string> {
  const [, kind = ""] = route.split("/");
  if (route.includes(":id")) return route.replace(":id", (await MADE[kind]?.()) ?? "none");
  // A full page of them takes axe-core seconds, and its rows are all alike.
  return route === "/recipients" ? "/recipients?area=south" : route;
}
