import { computed, signal } from "@preact/signals";

/** Where the page is: path and query, as the address bar has them. */
const address = signal(new URL(location.href));

export const path = computed(() => address.value.pathname);
export const query = computed(() => address.value.searchParams);

/** Counts the reader's moves from view to view, so that each gets the focus and the title once. */
export const visits = signal(0);

/** Goes to a path of the page, with or without a query. */
export function go(to: string): void {
  const target = new URL(to, location.href);
  const isElsewhere = target.pathname !== location.pathname;
  history.pushState(null, "", target);
  arrive(isElsewhere);
  if (isElsewhere) scrollTo(0, 0);
}

/** Changes the query in place; null or "" takes a name out. The way back leads out of the view, not through each letter of a search. */
export function setQuery(changes: Readonly<Record<string, string | null>>): void {
  const target = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") target.searchParams.delete(name);
    else target.searchParams.set(name, value);
  }
  history.replaceState(null, "", target);
  arrive(false);
}

function arrive(isElsewhere: boolean): void {
  address.value = new URL(location.href);
  if (isElsewhere) visits.value++;
}

/** Paths that the Worker answers itself: a link to one leaves the page. */
const OUTSIDE = /^\/(?:api|u|p|docs|\.well-known)(?:\/|$)|^\/openapi\.json$/;

/** Lets plain links (`<a href="/recipients">`) move within the page, but for those that open elsewhere. */
export function followLinks(): void {
  addEventListener("popstate", () => arrive(address.value.pathname !== location.pathname));
  document.addEventListener("click", (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    ) {
      return;
    }
    const link = (event.target as Element | null)?.closest("a");
    if (link?.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (OUTSIDE.test(link.pathname)) return;
    event.preventDefault();
    // A fragment alone: as the browser does, but for the address, which is that of the view.
    if (link.getAttribute("href")?.startsWith("#")) document.getElementById(link.hash.slice(1))?.focus();
    else go(link.href);
  });
}
