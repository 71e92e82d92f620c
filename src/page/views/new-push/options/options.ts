import type { Schemas } from "../../../app/data/api.ts";
import type { Draft } from "../draft/draft.ts";
import type { Fault } from "../field-errors.ts";

/** What the options of a push are drawn with. */
export interface OptionsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly faults: readonly Fault[];
  readonly settings: Schemas["Settings"] | undefined;
  /** A held push: what cannot be changed in it any more is not shown. */
  readonly isEdit: boolean;
}
