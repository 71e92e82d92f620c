import type { ComponentChildren } from "preact";
import { may, type Need } from "../../app/data/session.ts";
import { words } from "../../words/dictionary.ts";

interface Props {
  readonly scope: Need;
  readonly children: ComponentChildren;
  /** Says why the control is not there; where several stand together, only one should. */
  readonly explain?: boolean;
}

/** Draws its children only if the token may do what they do. */
export function Needs({ scope, children, explain }: Props) {
  if (may(scope)) return <>{children}</>;
  return explain ? <Lacking scope={scope} /> : null;
}

/** Stands in place of controls: "To change anything here, sign in with a token that has the scope write." */
export function Lacking({ scope }: Pick<Props, "scope">) {
  const { lacks } = words().shell;
  return <span class="dim small">{scope === "master" ? lacks.master : lacks.toChange(scope)}</span>;
}

/** "needs a token with the scope send", of one or of several that are not there; they say what a token needs beside its own. */
export function lackOf(...needs: readonly Need[]): string {
  const { lacks } = words().shell;
  return needs.includes("master") ? lacks.master : lacks.scope(needs);
}
