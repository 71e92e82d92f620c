import type { ComponentChildren } from "preact";
import type { Loaded } from "../../app/data/load.ts";
import { query, setQuery } from "../../app/router.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { RefusalNotice } from "../signs/notice.tsx";
import { Skeleton } from "./skeleton.tsx";

interface Props<Value> {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ComponentChildren;
  /** Lines of the skeleton. */
  readonly lines?: number;
}

/**
 * Draws what was read; before that a skeleton; beside it why a later read failed. What the address bar asks for in vain
 * can be taken out of it.
 */
export function Read<Value>({ of, children, lines }: Props<Value>) {
  return (
    <>
      {of.refusal !== null && <RefusalNotice refusal={of.refusal} onRetry={of.reload} />}
      {of.refusal?.status === 400 && query.value.size > 0 && (
        <div class="row">
          <Button size="small" onPress={showAll}>
            {words().common.showAll}
          </Button>
        </div>
      )}
      {of.value !== undefined ? children(of.value) : of.refusal === null && <Skeleton lines={lines} />}
    </>
  );
}

function showAll(): void {
  setQuery(Object.fromEntries([...query.value.keys()].map((name) => [name, null])));
}
