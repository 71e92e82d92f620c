import { useEffect, useState } from "preact/hooks";
import { words } from "../../words/dictionary.ts";
import { Button } from "./button.tsx";

const SAID_MS = 2_000;

interface Props {
  readonly code: string;
  /** What it is, above it. */
  readonly title?: string;
}

/** Text to take elsewhere, with a button that copies it. */
export function CopyCode({ code, title }: Props) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const w = words().common;
  return (
    <div class="copy-code">
      <span class="small dim">{title}</span>
      <Button size="small" onPress={() => navigator.clipboard.writeText(code).then(() => setCopied(true))}>
        <span aria-live="polite">{isCopied ? w.copied : w.copy}</span>
      </Button>
      <pre>
        <code>{code}</code>
      </pre>
    </div>
  );
}
