import type { ComponentChildren } from "preact";
import type { Loaded } from "../../app/data/load.ts";
import { RefusalNotice } from "../signs/notice.tsx";
import { Skeleton } from "./skeleton.tsx";

interface Props<Value> {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ComponentChildren;
  /** Lines of the skeleton. */
  readonly lines?: number;
}

/** Draws what was read; before that a skeleton; beside it why a later read failed. */
export function Read<Value>({ of, children, lines }: Props<Value>) {
  return (
    <>
      {of.refusal !== null && <RefusalNotice refusal={of.refusal} onRetry={of.reload} />}
      {of.value !== undefined ? children(of.value) : of.refusal === null && <Skeleton lines={lines} />}
    </>
  );
}
