import type { ComponentChildren } from "preact";
import { words } from "../../words/dictionary.ts";
import { CopyCode } from "../forms/copy-code.tsx";

interface Props {
  readonly title: string;
  /** What this is for. */
  readonly children: ComponentChildren;
  /** One button that begins. */
  readonly act?: ComponentChildren;
  /** One line of the API that does the same. */
  readonly code?: string;
}

/** Nothing here yet: what belongs here, and how it gets here. */
export function Empty({ title, children, act, code }: Props) {
  return (
    <div class="empty">
      <div>
        <h2>{title}</h2>
        <p>{children}</p>
        {act}
      </div>
      {code !== undefined && <CopyCode title={words().common.byApi} code={code} />}
    </div>
  );
}
