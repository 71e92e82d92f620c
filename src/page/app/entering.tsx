import { Skeleton } from "../parts/lists/skeleton.tsx";
import { RefusalNotice } from "../parts/signs/notice.tsx";
import { words } from "../words/dictionary.ts";
import { useLoaded } from "./data/load.ts";
import { findSession } from "./data/session.ts";

/** While nobody has said who is signed in: asks until somebody does. */
export function Entering() {
  const { refusal, reload } = useLoaded(findSession, []);
  return (
    <main class="sign-in">
      <h1 class="brand">
        <i aria-hidden="true" />
        {words().common.product}
      </h1>
      {refusal === null ? (
        <Skeleton />
      ) : (
        <>
          <RefusalNotice refusal={refusal} onRetry={reload} />
          {refusal.mayPass && <p class="dim">{words().signIn.asksAgain}</p>}
        </>
      )}
    </main>
  );
}
