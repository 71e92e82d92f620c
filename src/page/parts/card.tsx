import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  /** Without one, `label` names the section for screen readers. */
  readonly title?: string;
  readonly label?: string;
  /** Beside the title, in a smaller voice. */
  readonly note?: ComponentChildren;
  readonly acts?: ComponentChildren;
  /** Without any, it is a line. */
  readonly children?: ComponentChildren;
}

/** A part of a view in its frame. */
export function Card({ title, label, note, acts, children }: Props) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={title === undefined ? undefined : id} aria-label={label}>
      {title !== undefined && (
        <div class="card-head">
          <h2 id={id}>{title}</h2>
          {note !== undefined && <small>{note}</small>}
          {acts !== undefined && <div class="card-acts">{acts}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
