import { render } from "preact";
import { findSession } from "./app/data/session.ts";
import { refuseOtherDrops } from "./app/drops.ts";
import { keepFocus } from "./app/focus.ts";
import { preferredLanguage } from "./app/language.ts";
import { Page } from "./app/page.tsx";
import { followLinks } from "./app/router.ts";
import { showTheme } from "./app/theme.ts";
import { speak } from "./words/dictionary.ts";

/** So long nothing is drawn; then the page says what it waits for. */
const FIRST_MS = 1_000;

showTheme();
followLinks();
refuseOtherDrops();
keepFocus();
document.addEventListener("visibilitychange", () => {
  // Nobody answers: what is done next says so.
  if (document.visibilityState === "visible") findSession().catch(() => {});
});
const root = document.getElementById("app");
const asked = Promise.race([findSession().catch(() => {}), new Promise((resolve) => setTimeout(resolve, FIRST_MS))]);
try {
  await Promise.all([speak(preferredLanguage()), asked]);
  if (root !== null) render(<Page />, root);
} catch (fault) {
  // There are no words to say it in.
  if (root !== null) root.textContent = "mailpush did not load. Load the page again. · 页面未能加载，请重新加载。";
  throw fault;
}
