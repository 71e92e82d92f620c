import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { later } from "../parts/later.tsx";
import { chooseLanguage, words } from "../words/dictionary.ts";
import type { Words } from "../words/shape.ts";
import { may, session } from "./data/session.ts";
import { type Language, language } from "./language.ts";
import { ROUTES } from "./routes.ts";
import { toast } from "./toasts.ts";

const About = later(() => import("./about.tsx").then((found) => found.About));

const NAMES: readonly (readonly [Language, string, string])[] = [
  ["en", "EN", "English"],
  ["zh", "中文", "中文"],
];

/** Above every view: where one can go, in which language, and as whom. */
export function Top({ section }: { readonly section: keyof Words["shell"] | null }) {
  const [isOpen, setOpen] = useState(false);
  const w = words().shell;
  const nav = useRef<HTMLElement>(null);
  useLayoutEffect(() => showCurrent(nav.current), [section, w]);
  const inbox = session.value?.localInbox ?? null;
  const entries = ROUTES.filter(
    (route, index) =>
      may("read") && may(route.needs) && ROUTES.findIndex((one) => one.section === route.section) === index,
  );
  return (
    <header class="top">
      <a class="brand" href="/">
        <i aria-hidden="true" />
        {words().common.product}
      </a>
      <nav class="nav" aria-label={w.main} ref={nav}>
        {entries.map((route) => (
          <a key={route.path} href={route.path} aria-current={route.section === section ? "page" : undefined}>
            {w[route.section] as string}
          </a>
        ))}
        {inbox !== null && (
          <a href={inbox} target="_blank" rel="noreferrer" title={w.inboxSays}>
            {w.inbox}
          </a>
        )}
      </nav>
      <div class="top-end">
        <Languages />
        <button type="button" class="account" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <span class="unseen">{w.account}: </span>
          {session.value?.name}
        </button>
      </div>
      {isOpen && <About onClose={() => setOpen(false)} />}
    </header>
  );
}

/** On a phone the entries are wider than the screen: the one of this view comes to the middle. */
function showCurrent(nav: HTMLElement | null): void {
  const current = nav?.querySelector("[aria-current]")?.getBoundingClientRect();
  if (nav === null || current === undefined) return;
  const frame = nav.getBoundingClientRect();
  nav.scrollLeft += current.left + current.width / 2 - (frame.left + frame.width / 2);
}

/** EN · 中文 */
export function Languages() {
  return (
    <fieldset class="languages" aria-label={words().shell.language}>
      {NAMES.map(([one, short, name]) => (
        <button
          key={one}
          type="button"
          lang={one}
          title={name}
          aria-pressed={language.value === one}
          onClick={() => chooseLanguage(one).catch(() => toast(words().shell.loadFailed.todo))}
        >
          {short}
        </button>
      ))}
    </fieldset>
  );
}
