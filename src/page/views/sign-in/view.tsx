import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Refusal, refusalOf } from "../../app/data/api.ts";
import { session, signIn } from "../../app/data/session.ts";
import { go, path } from "../../app/router.ts";
import { LINK_PATH } from "../../app/routes.ts";
import { Languages } from "../../app/top.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Field } from "../../parts/forms/field.tsx";
import { refusalText } from "../../parts/signs/refusal-text.ts";
import { words } from "../../words/dictionary.ts";

/** Signs in by a token, or by the one-time link that brought the reader here: its code stands behind the #. */
export default function SignIn() {
  const [code] = useState<string | null>(() => (path.value === LINK_PATH ? location.hash.slice(1) || null : null));
  const w = words().signIn;
  useEffect(() => {
    document.title = `${w.title} · ${words().common.product}`;
  }, [w]);
  return (
    <main class="sign-in">
      <div class="row">
        <span class="brand">
          <i aria-hidden="true" />
          {words().common.product}
        </span>
      </div>
      <p>{w.intro}</p>
      <SignInForm code={code} />
      <Languages />
    </main>
  );
}

interface Props {
  /** Of a one-time link; null: there is none. */
  readonly code?: string | null;
  readonly children?: ComponentChildren;
}

/** The field for the token; `children` stand above it. */
export function SignInForm({ code: given = null, children }: Props) {
  const [token, setToken] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [code, setCode] = useState<string | null>(given);
  const w = words().signIn;

  useEffect(() => {
    if (code === null) {
      if (session.value != null && path.value === LINK_PATH) go("/");
      return;
    }
    // Used or not, it does not stay in the address bar or the history.
    history.replaceState(null, "", LINK_PATH);
    enter({ code });
  }, []);

  async function enter(by: { readonly token: string } | { readonly code: string }): Promise<void> {
    setRefusal(null);
    try {
      await signIn(by);
      if (path.value === LINK_PATH) go("/");
    } catch (thrown) {
      setRefusal(refusalOf(thrown));
      if ("token" in by) return;
      setCode(null);
      // A link of before, used once more by somebody who is signed in.
      if (session.value != null) go("/");
    }
  }

  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== "") return enter({ token: token.trim() });
      }}
    >
      <h1>{w.title}</h1>
      {children}
      {code !== null ? (
        <p role="status">{w.link}</p>
      ) : (
        <>
          <Field
            label={w.token}
            hint={w.tokenHint}
            error={refusal === null ? null : errorOf(refusal)}
            value={token}
            onInput={setToken}
            type="password"
            autocomplete="current-password"
            autofocus
            required
          />
          <Button type="submit" kind="primary">
            {w.submit}
          </Button>
        </>
      )}
    </form>
  );
}

function errorOf(refusal: Refusal): string {
  const w = words().signIn;
  if (refusal.code === "token-invalid") return w.wrong;
  if (refusal.code === "link-invalid") return w.linkWrong;
  return refusalText(refusal);
}
