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

/** Whether the session ended by itself while somebody was at work: what they were at stays until they sign in again, or leave. */
export const hasEnded = signal(false);

/** Counts how often somebody signed in, so that what was refused meanwhile is asked again. */
export const signIns = signal(0);

/** Whether this session may do what asks for this. */
export function may(need: Need): boolean {
  const scopes = session.value?.scopes;
  if (scopes === undefined) return false;
  return scopes === null || (need !== "master" && scopes.includes(need));
}

whenSignedOut(() => {
  hasEnded.value = session.value != null;
});

/** Asks who is signed in: before anything is drawn, and when the tab is seen again, as another one may have changed it. Throws Refusal. */
export async function findSession(): Promise<void> {
  const found = await ask(api.GET("/api/session"));
  if (!found.signedIn) {
    if (session.value == null) session.value = null;
    else hasEnded.value = true;
  } else if (hasEnded.value || JSON.stringify(found) !== JSON.stringify(session.value)) enter(found);
}

function enter(found: SignedIn): void {
  session.value = found;
  hasEnded.value = false;
  signIns.value++;
}

/**
 * Signs in, with a token or with the code of a one-time link.
 *
 * @throws Refusal
 */
export async function signIn(by: { readonly token: string } | { readonly code: string }): Promise<void> {
  enter(await ask(api.POST("/api/session", { body: by })));
}

export async function signOut(): Promise<void> {
  await ask(api.DELETE("/api/session"));
  session.value = null;
  hasEnded.value = false;
}
