import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { refusalOf } from "../../app/data/api.ts";
import { toast } from "../../app/toasts.ts";
import { refusalText } from "../signs/refusal-text.ts";

interface Props {
  readonly children: ComponentChildren;
  /** Where it returns a promise, the button does not act again until that has ended; a refusal that it throws is said. */
  readonly onPress?: () => unknown;
  /** One `primary` a view. `danger` destroys; `quiet` stands beside others or in a row. */
  readonly kind?: "plain" | "primary" | "danger" | "quiet" | "quiet danger";
  readonly size?: "normal" | "small";
  readonly type?: "button" | "submit";
  readonly disabled?: boolean;
  /** For screen readers, where the words alone do not say of what: "Delete ann@example.com". */
  readonly label?: string;
}

/** Something that can be pressed. A disabled one keeps the focus, so that nobody is thrown to the top of the page. */
export function Button({
  children,
  onPress,
  kind = "plain",
  size = "normal",
  type = "button",
  disabled,
  label,
}: Props) {
  const [isBusy, setBusy] = useState(false);
  const busy = useRef(false);
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  const isOff = disabled || isBusy;
  const press = async (event: Event): Promise<void> => {
    // The second click of two may come before the first one is drawn.
    if (isOff || busy.current) return event.preventDefault();
    const done = onPress?.();
    if (!(done instanceof Promise)) return;
    setBusy(true);
    busy.current = true;
    await done
      .catch((thrown) => toast(refusalText(refusalOf(thrown))))
      .finally(() => {
        busy.current = false;
        if (isThere.current) setBusy(false);
      });
  };
  return (
    <button
      type={type}
      class={`button ${kind} ${size}`}
      aria-disabled={isOff ? "true" : undefined}
      aria-busy={isBusy ? "true" : undefined}
      aria-label={label}
      onClick={press}
    >
      {children}
    </button>
  );
}

/** Looks as a button does, and goes somewhere: a view of this page, or a file. */
export function LinkButton({
  to,
  kind = "plain",
  size = "normal",
  download,
  children,
}: Pick<Props, "kind" | "size" | "children"> & { readonly to: string; readonly download?: boolean }) {
  return (
    <a class={`button ${kind} ${size}`} href={to} download={download ? "" : undefined}>
      {children}
    </a>
  );
}
