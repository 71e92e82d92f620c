import { mailpush } from "./mailpush.ts";

/** The push actions by name, each with the schema of its body. Add new actions here. */
export const ACTIONS = new Map([["mailpush", mailpush]]);

/** The schema of an action's body, or null for an unknown one. */
export function actionOf(name: unknown) {
  return typeof name === "string" ? (ACTIONS.get(name) ?? null) : null;
}
