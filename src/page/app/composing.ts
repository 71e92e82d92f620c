import { signal } from "@preact/signals";

/**
 * Whether an input method is at work: what the field holds meanwhile ("wangwei") is not what its writer means ("王伟").
 * What asks the API while one types waits for its end.
 */
export const composing = signal(false);

const end = (): void => {
  composing.value = false;
};

document.addEventListener("compositionstart", () => {
  composing.value = true;
});
document.addEventListener("compositionend", end);
// A field that leaves the page at work does not tell of its end.
document.addEventListener("focusin", end);
document.addEventListener("input", (event) => {
  if (!(event as InputEvent).isComposing) end();
});
