import { render } from "preact";
import { findSession, session } from "./app/data/session.ts";
import { refuseOtherDrops } from "./app/drops.ts";
import { keepFocus } from "./app/focus.ts";
import { preferredLanguage } from "./app/language.ts";
import { Page } from "./app/page.tsx";
import { followLinks } from "./app/router.ts";
import { showTheme } from "./app/theme.ts";
import { speak } from "./words/dictionary.ts";

showTheme();
followLinks();
refuseOtherDrops();
keepFocus();
await Promise.all([
  speak(preferredLanguage()),
  // Without an answer the sign-in stands there, and says so when it is used.
  findSession().catch(() => {
    session.value = null;
  }),
]);
document.addEventListener("visibilitychange", () => {
  // Nobody answers: what is done next says so.
  if (document.visibilityState === "visible") findSession().catch(() => {});
});
const root = document.getElementById("app");
if (root !== null) render(<Page />, root);
