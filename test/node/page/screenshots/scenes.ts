import type { Page } from "playwright-core";
import { type Crowd, LONG } from "./crowd.ts";

/** A state of a view that is worth a look. */
export interface Scene {
  readonly name: string;
  /** Path and query. */
  readonly at: string;
  /** What is done before it is gone to, such as to answer in the API's place. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** What is done after the page has come. */
  readonly act?: (page: Page) => Promise<void>;
  /** Changes the push that the live view is told of. */
  readonly told?: (push: Told) => void;
}

/** As much of a push as scenes change. */
interface Told {
  subject: string;
  status: string;
  total: number;
  success: number;
  failure: number;
  tallies: Record<string, number>;
}

const VIEWS = [
  "/",
  "/new",
  "/recipients",
  "/recipients/import",
  "/suppressions",
  "/suppressions/import",
  "/templates",
  "/segments",
  "/relays",
  "/tokens",
  "/settings",
] as const;

const named = (at: string): string => at.slice(1).replaceAll("/", "-") || "pushes";

/** Nobody and nothing there yet. */
export const EMPTY: readonly Scene[] = VIEWS.map((at) => ({ name: `empty ${named(at)}`, at }));

export function scenesOf(crowd: Crowd): readonly Scene[] {
  const { template, ...pushes } = crowd;
  return [
    ...VIEWS.map((at) => ({ name: named(at), at })),
    ...Object.entries(pushes).map(([name, id]) => ({ name: `push ${name}`, at: `/pushes/${id}` })),
    { name: "push held, edited", at: `/pushes/${crowd.held}/edit` },
    { name: "template", at: `/templates/${template}` },
    { name: "recipient", at: "/recipients/1" },
    { name: "pushes, nothing found", at: "/?search=zzzz" },
    { name: "no such push", at: "/pushes/none" },
    { name: "no such page", at: "/nothing" },
    {
      name: "push, twelve digits",
      at: `/pushes/${crowd.running}`,
      told: (push) => {
        push.subject = LONG;
        push.tallies = {
          ...push.tallies,
          sent: 123_456_789_012,
          failed: 7_654_321,
          pending: 98_765_432_109,
          in_doubt: 3,
        };
      },
    },
    {
      name: "push, only failures",
      at: `/pushes/${crowd.finished}`,
      told: (push) => {
        push.tallies = Object.fromEntries(
          Object.keys(push.tallies).map((state) => [state, state === "failed" ? 60 : 0]),
        );
      },
    },
    {
      name: "push, no failures",
      at: `/pushes/${crowd.finished}`,
      told: (push) => {
        push.tallies = Object.fromEntries(Object.keys(push.tallies).map((state) => [state, state === "sent" ? 60 : 0]));
      },
    },
    {
      name: "push, pause asked",
      at: `/pushes/${crowd.running}`,
      act: (page) => page.getByRole("button", { name: /^(?:Pause|暂停)$/ }).click(),
    },
    {
      name: "new push, written",
      at: "/new",
      act: async (page) => {
        const [subject] = await page.locator('[data-written="subject"]').all();
        await subject?.fill("{{ username }}, three new books");
        await page.locator('[data-written="html"]').fill("<h1>Hello {{ username }}</h1><p>{{ attributes.city }}</p>");
        await page.waitForTimeout(1_500);
      },
    },
  ];
}
