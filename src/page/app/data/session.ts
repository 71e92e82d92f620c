import { signal } from "@preact/signals";
import { api, ask, whenSignedOut } from "./api.ts";

export type Scope = "read" | "write" | "send";
/** What a view or a control asks of the token; `master`: API_TOKEN alone. */
export type Need = Scope | "master";

export interface SignedIn {
  readonly name: string;
  /** null: everything. */
  readonly scopes: readonly string[] | null;
  readonly expiresAt: string;
  /** The page of the relay on this machine that keeps all mails; null: mails go to people. */
  readonly localInbox: string | null;
}

/** undefined: not known yet; null: signed out. */
export const session = signal<SignedIn | null | undefined>(undefined);

/** Whether this session may do what asks for this. */
export function may(need: Need): boolean {
  const scopes = session.value?.scopes;
  if (scopes === undefined) return false;
  return scopes === null || (need !== "master" && scopes.includes(need));
}

/** Asks who is signed in; to be called once, before anything is drawn. Throws Refusal. */
export async function findSession(): Promise<void> {
  whenSignedOut(() => {
    session.value = null;
  });
  const found = await ask(api.GET("/api/session"));
  session.value = found.signedIn ? found : null;
}

/**
 * Signs in, with a token or with the code of a one-time link.
 *
 * @throws Refusal
 */
export async function signIn(by: { readonly token: string } | { readonly code: string }): Promise<void> {
  session.value = await ask(api.POST("/api/session", { body: by }));
}

export async function signOut(): Promise<void> {
  await ask(api.DELETE("/api/session"));
  session.value = null;
}
