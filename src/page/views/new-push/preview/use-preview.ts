import { useRef } from "preact/hooks";
import { api, ask, type Refusal, type Schemas } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { useSettled } from "../../../app/time/settled.ts";
import type { Person } from "../audience/people.ts";

export type Preview = Schemas["Preview"];

export interface Previewed {
  /** The last mail that could be composed; undefined: none yet. */
  readonly preview: Preview | undefined;
  /** The JSON that it was asked with, for the frame. */
  readonly asked: string | null;
  /** What is wrong with the draft as it is now. */
  readonly refusal: Refusal | null;
  /** The draft has changed since. */
  readonly isOld: boolean;
}

const TYPING_MS = 450;
/** With files a call is heavy. */
const HEAVY_TYPING_MS = 1_500;
const HEAVY_CHARACTERS = 300_000;

/** Composes the mail whenever the draft has stood still for a moment. `body` null: there is nothing to compose. */
export function usePreview(body: Record<string, unknown> | null, person: Person | null): Previewed {
  const now = body === null ? null : JSON.stringify({ ...body, ...forWhom(person) });
  const asked = useSettled(now, (now?.length ?? 0) > HEAVY_CHARACTERS ? HEAVY_TYPING_MS : TYPING_MS);
  const last = useRef<{ preview: Preview; asked: string } | null>(null);
  const read = useLoaded(
    async (signal) => {
      if (asked === null) return null;
      const preview = await ask(api.POST("/api/pushes/preview", { body: JSON.parse(asked), signal }));
      return { preview, asked };
    },
    [asked],
  );
  if (read.value != null) last.current = read.value;
  if (asked === null) last.current = null;
  return {
    preview: last.current?.preview,
    asked: last.current?.asked ?? null,
    refusal: read.refusal,
    isOld: now !== asked || read.isLoading,
  };
}

function forWhom(person: Person | null): Record<string, unknown> {
  return person === null ? { recipient: {} } : { recipientId: person.id };
}
