import { useEffect, useState } from "preact/hooks";
import { Button, LinkButton } from "../parts/forms/button.tsx";
import { Skeleton } from "../parts/lists/skeleton.tsx";
import { LoadFailed } from "../parts/signs/load-failed.tsx";
import { Notice } from "../parts/signs/notice.tsx";
import { Toasts } from "../parts/signs/toast.tsx";
import { ViewHead } from "../parts/view-head.tsx";
import { SignInAgain } from "../views/sign-in/again.tsx";
import SignIn from "../views/sign-in/view.tsx";
import { need, words } from "../words/dictionary.ts";
import { Boundary } from "./boundary.tsx";
import { hasEnded, may, session, signOut } from "./data/session.ts";
import { Entering } from "./entering.tsx";
import { path } from "./router.ts";
import { LINK_PATH, type Route, routeOf, type View } from "./routes.ts";
import { sentences } from "./time/format.ts";
import { Top } from "./top.tsx";
import { loadNewer } from "./version.ts";

/** The whole page: signed out it is the sign-in, signed in the view that the address names. */
export function Page() {
  // Where a link leads, its code counts, whoever is signed in.
  if (session.value === null || path.value === LINK_PATH) return <SignIn />;
  if (session.value === undefined) return <Entering />;
  const { name, scopes } = session.value;
  // Somebody else who signs in finds nothing of what was typed.
  return <SignedIn key={JSON.stringify([name, scopes])} />;
}

function SignedIn() {
  const found = routeOf(path.value);
  return (
    <>
      <a class="skip" href="#content">
        {words().common.skip}
      </a>
      <Top section={found?.route.section ?? null} />
      <main class="main" id="content" tabIndex={-1}>
        {found === null ? (
          <NotFound />
        ) : may("read") && may(found.route.needs) ? (
          <Loaded key={path.value} route={found.route} params={found.params} />
        ) : (
          <Closed needs={may("read") ? found.route.needs : "read"} />
        )}
      </main>
      <Toasts />
      {hasEnded.value && <SignInAgain />}
    </>
  );
}

const loaded = new Map<Route, View>();

/** A view, read when it is first gone to. */
function Loaded({ route, params }: NonNullable<ReturnType<typeof routeOf>>) {
  const [view, setView] = useState<View | null | undefined>(() => loaded.get(route));
  useEffect(() => {
    if (view !== undefined) return;
    Promise.all([route.load(), need(route.words ?? [])]).then(
      ([{ default: found }]) => {
        loaded.set(route, found);
        setView(() => found);
      },
      // Nothing of a view that is not there yet is lost by it.
      () => loadNewer().then((isLoading) => isLoading || setView(null)),
    );
  }, [route, view]);
  if (view === undefined) return <Skeleton />;
  if (view === null) {
    return (
      <>
        <ViewHead title={words().shell.loadFailed.title} />
        <LoadFailed />
      </>
    );
  }
  const Found = view;
  return (
    <Boundary>
      <Found params={params} />
    </Boundary>
  );
}

function NotFound() {
  const w = words().shell.notFound;
  return (
    <>
      <ViewHead title={w.title} />
      <Notice kind="info" acts={<LinkButton to="/">{w.todo}</LinkButton>}>
        {w.says(path.value)}
      </Notice>
    </>
  );
}

/** Why a view is not shown. Without `read` none is: each shows something of what is there. */
function Closed({ needs }: Pick<Route, "needs">) {
  const w = words().shell.closed;
  const name = session.value?.name ?? "";
  return (
    <>
      <ViewHead title={w.title} />
      <Notice kind="warn" acts={<Button onPress={signOut}>{words().shell.signOut}</Button>}>
        {sentences(
          needs === "master" ? w.master(name) : needs === "read" ? w.read(name) : w.scope(needs, name),
          w.todo,
        )}
      </Notice>
    </>
  );
}
