/** Where the focus was: enough to come back to, or next to, once the element itself is gone. */
export interface Place {
  readonly element: HTMLElement;
  /** The element's ancestors, from the nearest. */
  readonly around: readonly HTMLElement[];
  /** In a table: which row of its body, and which control of the row. */
  readonly row: number;
  readonly control: number;
}

const CONTROLS = "a[href], button, input:not([hidden]), select, textarea, summary";
/** What may take the focus in place of a control that is gone: a part that has a name. */
const PARTS = "[role=group], fieldset, section, dialog, main";
/** Messages over the page go away by themselves, and nobody works in them. */
const PASSING = ".toasts";

export function placeOf(element: Element | null): Place | null {
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  const around: HTMLElement[] = [];
  for (let outer = element.parentElement; outer !== null; outer = outer.parentElement) around.push(outer);
  const row = element.closest<HTMLElement>("tbody > tr");
  return {
    element,
    around,
    row: row === null ? -1 : [...(row.parentElement?.children ?? [])].indexOf(row),
    control: row === null ? -1 : [...row.querySelectorAll(CONTROLS)].indexOf(element),
  };
}

/**
 * Gives the focus back to a place: to its element; else to the same control of the row that has come where its row was;
 * else to the nearest named part that is left of what stood around it.
 */
export function returnTo(place: Place | null): void {
  if (place === null) return;
  if (place.element.isConnected) place.element.focus();
  else toNearest(place);
}

/** Gives the focus to a part of the page that does not take it by itself; the page stays where it is. */
export function toPart(part: HTMLElement | null | undefined): void {
  if (part == null) return;
  if (!part.hasAttribute("tabindex")) {
    part.tabIndex = -1;
    part.addEventListener("blur", () => part.removeAttribute("tabindex"), { once: true });
  }
  part.focus({ preventScroll: true });
}

function toNearest(place: Place): void {
  const left = place.around.filter((one) => one.isConnected);
  const rows = left[0]?.tagName === "TBODY" ? left[0].children : [];
  const row = rows[Math.min(place.row, rows.length - 1)];
  const controls = row?.querySelectorAll<HTMLElement>(CONTROLS) ?? [];
  const control = controls[Math.min(place.control, controls.length - 1)];
  if (control !== undefined) control.focus();
  else toPart(left.find((one) => one.matches(PARTS)));
}

/**
 * Where the element that has the focus is taken out of the page, a browser leaves the focus nowhere, and a screen reader
 * at the top. This watches for it and gives the focus to what is nearest.
 */
export function keepFocus(): void {
  let focused: HTMLElement | null = null;
  let last: Place | null = null;
  document.addEventListener("focusin", ({ target }) => {
    focused = target as HTMLElement;
    if (focused.closest(PASSING) === null) last = placeOf(focused);
  });
  document.addEventListener("focusout", ({ target }) => {
    // Some browsers say so of an element that is being taken out. Of one that stays, it is the reader who left it.
    queueMicrotask(() => {
      if (focused === target && focused?.isConnected && document.hasFocus()) focused = null;
    });
  });
  new MutationObserver(() => {
    if (focused === null || focused.isConnected || document.activeElement !== document.body) return;
    focused = null;
    returnTo(last);
  }).observe(document.body, { childList: true, subtree: true });
}
