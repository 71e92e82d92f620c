import type { ComponentType } from "preact";
import type { Section, Words } from "../words/shape.ts";
import type { Need } from "./data/session.ts";

/** What a view is drawn with: the named parts of its path. */
export type Params = Readonly<Record<string, string>>;
export type View = ComponentType<{ readonly params: Params }>;

export interface Route {
  /** `:name` stands for one part. */
  readonly path: string;
  /** What it asks of the token. */
  readonly needs: Need;
  /** The entry of the main navigation that it belongs to. */
  readonly section: keyof Words["shell"];
  /** Words that it needs beside those of every view: all that its files and their parts say `words().NAME` of. */
  readonly words?: readonly Section[];
  /** Loaded when somebody goes there. */
  readonly load: () => Promise<{ readonly default: View }>;
}

/** Where one-time links lead, with their code behind the #. */
export const LINK_PATH = "/signin";

/** Every view. The first route of a section is where its entry in the navigation leads. */
export const ROUTES: readonly Route[] = [
  {
    path: "/",
    needs: "read",
    section: "pushes",
    words: ["push", "pushes"],
    load: () => import("../views/pushes/view.tsx"),
  },
  {
    path: "/new",
    needs: "write",
    section: "pushes",
    words: ["compose"],
    load: () => import("../views/new-push/view.tsx"),
  },
  {
    path: "/pushes/:id/edit",
    needs: "write",
    section: "pushes",
    words: ["compose"],
    load: () => import("../views/new-push/view.tsx"),
  },
  {
    path: "/pushes/:id",
    needs: "read",
    section: "pushes",
    words: ["push"],
    load: () => import("../views/push/view.tsx"),
  },
  {
    path: "/recipients",
    needs: "read",
    section: "recipients",
    words: ["imports", "recipients"],
    load: () => import("../views/recipients/view.tsx"),
  },
  {
    path: "/recipients/import",
    needs: "write",
    section: "recipients",
    words: ["imports"],
    load: () => import("../views/recipients-import/view.tsx"),
  },
  {
    path: "/recipients/:id",
    needs: "read",
    section: "recipients",
    words: ["push", "recipients", "suppressions"],
    load: () => import("../views/recipient/view.tsx"),
  },
  {
    path: "/suppressions",
    needs: "read",
    section: "suppressions",
    words: ["imports", "suppressions"],
    load: () => import("../views/suppressions/view.tsx"),
  },
  {
    path: "/suppressions/import",
    needs: "write",
    section: "suppressions",
    words: ["imports"],
    load: () => import("../views/suppressions-import/view.tsx"),
  },
  {
    path: "/templates",
    needs: "read",
    section: "templates",
    words: ["templates"],
    load: () => import("../views/templates/view.tsx"),
  },
  {
    path: "/templates/:id",
    needs: "read",
    section: "templates",
    words: ["compose", "templates"],
    load: () => import("../views/template/view.tsx"),
  },
  {
    path: "/segments",
    needs: "read",
    section: "segments",
    words: ["segments"],
    load: () => import("../views/segments/view.tsx"),
  },
  {
    path: "/relays",
    needs: "master",
    section: "relays",
    words: ["relays"],
    load: () => import("../views/relays/view.tsx"),
  },
  {
    path: "/tokens",
    needs: "master",
    section: "tokens",
    words: ["tokens"],
    load: () => import("../views/tokens/view.tsx"),
  },
  {
    path: "/settings",
    needs: "read",
    section: "settings",
    words: ["relays", "settings"],
    load: () => import("../views/settings/view.tsx"),
  },
];

/** The route that a path is of, and its parts; null: none is. */
export function routeOf(path: string): { readonly route: Route; readonly params: Params } | null {
  const given = path.split("/");
  for (const route of ROUTES) {
    const asked = route.path.split("/");
    if (asked.length !== given.length) continue;
    const isMatch = asked.every((part, index) => (part.startsWith(":") ? given[index] !== "" : part === given[index]));
    if (!isMatch) continue;
    const named = asked.flatMap((part, index) =>
      part.startsWith(":") ? [[part.slice(1), decoded(given[index] ?? "")]] : [],
    );
    return { route, params: Object.fromEntries(named) };
  }
  return null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
