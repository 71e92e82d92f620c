import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { holdsFile, takeDrops } from "../../app/drops.ts";
import { Button } from "./button.tsx";

/** Over a dialog it would take away what is typed there. */
const isCovered = (): boolean => document.querySelector("dialog[open]") !== null;

/**
 * Whether a file is being dragged over the page; one that is dropped anywhere goes to `onFile`, with the number of those
 * that were dropped together: it is the first of them.
 */
export function useFileDrop(onFile: (file: File, count: number) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFile);
  latest.current = onFile;
  useEffect(() => {
    // An element that is left for one inside of it gets both events.
    let depth = 0;
    const enter = (event: DragEvent): void => {
      if (!holdsFile(event)) return;
      depth++;
      setOver(!isCovered());
    };
    const leave = (event: DragEvent): void => {
      if (!holdsFile(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    // Without this a browser opens the file in place of the page.
    const over = (event: DragEvent): void => {
      if (holdsFile(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = event.dataTransfer?.files;
      const file = files?.[0];
      if (file !== undefined && !isCovered()) latest.current(file, files?.length ?? 0);
    };
    const events = { dragenter: enter, dragleave: leave, dragover: over, drop } as const;
    for (const [name, react] of Object.entries(events)) addEventListener(name as "drop", react);
    const end = takeDrops();
    return () => {
      end();
      for (const [name, react] of Object.entries(events)) removeEventListener(name as "drop", react);
    };
  }, []);
  return isOver;
}

interface FileButtonProps {
  readonly children: ComponentChildren;
  /** File types, as the attribute `accept` has them. */
  readonly accept: string;
  readonly onFile: (file: File) => void;
  readonly kind?: "plain" | "primary";
  readonly size?: "normal" | "small";
}

/** A button that lets the reader choose a file. */
export function FileButton({ children, accept, onFile, kind, size }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button kind={kind} size={size} onPress={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // The same file again is a change too.
          event.currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}

/** Over the whole page while a file is dragged: where it goes. */
export function DropVeil({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="drop-veil">
      <strong>{children}</strong>
    </div>
  );
}
