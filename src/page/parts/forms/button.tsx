import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  readonly children: ComponentChildren;
  /** Where it returns a promise, the button does not act again until that has ended. */
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
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  const isOff = disabled || isBusy;
  const press = async (event: Event): Promise<void> => {
    if (isOff) return event.preventDefault();
    const done = onPress?.();
    if (!(done instanceof Promise)) return;
    setBusy(true);
    await done.finally(() => isThere.current && setBusy(false));
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
