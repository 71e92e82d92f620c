/** Views that take files which are dropped on the page. */
let takers = 0;

/** Says that files may be dropped from now on; the function that it returns ends that. */
export function takeDrops(): () => void {
  takers++;
  return () => {
    takers--;
  };
}

export function holdsFile(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** Where no view takes a file that is dropped, nothing happens: a browser would open it in place of the page, and of what was typed. */
export function refuseOtherDrops(): void {
  for (const name of ["dragover", "drop"] as const) {
    addEventListener(name, (event) => {
      if (takers > 0 || !holdsFile(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
    });
  }
}
