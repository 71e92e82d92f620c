import { macOf } from "./mac.ts";

/** The key that new pushes sign with, and the one before it, which still verifies. */
export interface SigningKeys {
  readonly current: string;
  /** null: never rotated, or long ago. */
  readonly previous: string | null;
}

/** The name under which a push remembers the key that it began with. Says nothing about the key. */
export function keyName(key: string): string {
  return macOf(key, "key-name", "").slice(0, 12);
}

/**
 * The key of a push, so that its ids stay the same at every attempt across a rotation. Of a key that was rotated away
 * twice nothing is left: the current one. `name` null: a push of an earlier version, which knew no rotation and so began
 * with the previous key if there is one.
 */
export function keyNamed(name: string | null, keys: SigningKeys): string {
  const { current, previous } = keys;
  if (previous === null) return current;
  return name === null || name === keyName(previous) ? previous : current;
}
