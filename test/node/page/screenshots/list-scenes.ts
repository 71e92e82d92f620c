import { LONG } from "./crowd.ts";
import type { Scene } from "./scenes.ts";

interface Page {
  readonly data: readonly { readonly status: string; readonly tallies: object }[];
}

const SUBJECTS = ["本周新书：王伟，您好！", "Spring sale", LONG, "Reading in the evening", "May"];

/** Their numbers, as large as they get. */
const overfull = (answer: unknown): unknown => {
  const page = answer as Page;
  const data = page.data.map((push, n) => ({
    ...push,
    ...{ subject: SUBJECTS[n % SUBJECTS.length], total: 222_222_222_222, expected: 222_222_222_222 },
    tallies: { ...push.tallies, sent: 123_456_789_012, failed: 7_654_321, in_doubt: 12_345, pending: 98_757_766_544 },
  }));
  return { ...page, data };
};

export function listScenes(): readonly Scene[] {
  return [
    { name: "pushes, overfull", at: "/", answers: { "**/api/pushes?*": overfull } },
    { name: "pushes, pause all asked", at: "/", act: (page) => page.locator(".head-acts .button").first().click() },
    { name: "pushes, only running", at: "/?state=running" },
    { name: "pushes, read only", at: "/", scopes: ["read"] },
    {
      name: "pushes, second page",
      at: "/",
      answers: { "**/api/pushes?*": (answer) => ({ ...(answer as object), next: "x" }) },
    },
    {
      name: "pushes, out of reach",
      at: "/",
      act: async (page) => {
        await page.route("**/api/pushes?*", (route) => route.abort());
        await page.waitForTimeout(19_000);
      },
    },
  ];
}
