import type { Page } from "playwright-core";
import { composeScenes } from "./compose-scenes.ts";
import type { Crowd } from "./crowd.ts";
import { doorScenes } from "./door-scenes.ts";
import { listScenes } from "./list-scenes.ts";
import { liveScenes } from "./live-scenes.ts";

/** A state of a view that is worth a look. */
export interface Scene {
  readonly name: string;
  /** Path and query. */
  readonly at: string;
  /** What is done before it is gone to, such as to answer in the API's place. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** What is done after the page has come. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** Changes the push that the live view is told of. */
  readonly told?: (push: Told) => void;
  /** What the API answers at a glob of a path, in place of what it says. */
  readonly answers?: Readonly<Record<string, (answer: unknown, url: URL) => unknown>>;
  /** Of the token that looks; none: nobody is signed in. Default: API_TOKEN. */
  readonly scopes?: readonly string[];
}

/** As much of a push as scenes change. */
export interface Told {
  [other: string]: unknown;
  subject: string;
  status: string;
  total: number;
  expected: number;
  success: number;
  failure: number;
  snapshotDone: boolean;
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
    ...liveScenes(crowd),
    ...composeScenes(crowd),
    ...listScenes(),
    ...doorScenes(),
  ];
}
