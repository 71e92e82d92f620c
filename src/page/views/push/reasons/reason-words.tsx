import type { Schemas } from "../../../app/data/api.ts";
import { Said } from "../../../parts/signs/said.tsx";
import { words } from "../../../words/dictionary.ts";
import { entryOf } from "../../../words/entry.ts";

interface Props {
  readonly detail: Schemas["Reason"] | null;
  /** The same in the API's words. */
  readonly words: string | null;
  readonly lead?: string;
}

/** Why a push stands or waits, with a server's words under it; a reason that the page does not know stands in the API's words. */
export function ReasonWords({ detail, words: own, lead }: Props) {
  const say = detail === null ? undefined : entryOf(words().push.reasons, detail.code);
  if (detail === null || say === undefined) {
    return (
      <>
        {lead}
        <Said>{own ?? ""}</Said>
      </>
    );
  }
  const { said } = detail.params;
  return (
    <>
      {say({ count: (name) => Number(detail.params[name] ?? 0), text: (name) => String(detail.params[name] ?? "") })}
      {said !== undefined && <Said>{String(said)}</Said>}
    </>
  );
}
