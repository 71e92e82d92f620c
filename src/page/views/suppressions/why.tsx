import { useState } from "preact/hooks";
import { may } from "../../app/data/session.ts";
import { Button } from "../../parts/forms/button.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";
import { LiftDialog } from "./lift-dialog.tsx";
import { type OfAddress, readWithLifted, type Suppression } from "./suppressions.ts";

interface Props {
  readonly address: string;
  /** null: nothing stands against it now. */
  readonly found: OfAddress | null;
  /** Something was taken back, or made again. */
  readonly onChange: () => void;
}

/** Why an address gets no mail, each reason with what caused it, and what was lifted. */
export function Why({ address, found, onChange }: Props) {
  const w = words().suppressions;
  const [lifting, setLifting] = useState<Suppression | null>(null);
  return (
    <>
      {found === null || found.suppressions.length === 0 ? (
        <p class="dim">{w.why.getsMail}</p>
      ) : (
        <ul class="reasons">
          {found.suppressions.map((one) => (
            <li key={one.reason}>
              <div class="reason">
                <strong>{w.reasons[one.reason]}</strong>
                <span>{w.means[one.reason]}</span>
                {one.detail !== null && <code class="words">{one.detail}</code>}
                <span class="small dim">
                  <Time at={one.createdAt} /> <Cause of={one} />
                </span>
              </div>
              {may("write") && (
                <Button size="small" label={w.lift.of(w.reasons[one.reason])} onPress={() => setLifting(one)}>
                  {w.lift.open}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Lifted key={found?.lifted.length} address={address} found={found} />
      {lifting !== null && <LiftDialog suppression={lifting} onDone={onChange} onClose={() => setLifting(null)} />}
    </>
  );
}

/** What was lifted before; of an address that gets mail, when somebody asks. */
function Lifted({ address, found }: Pick<Props, "address" | "found">) {
  const w = words().suppressions.why;
  const [asked, setAsked] = useState<OfAddress | null | undefined>(found ?? undefined);
  if (asked === undefined) {
    const look = async (): Promise<void> => setAsked(await readWithLifted(address).catch(() => null));
    return (
      <div class="lifted">
        <Button kind="quiet" size="small" onPress={look}>
          {w.askLifted}
        </Button>
      </div>
    );
  }
  if (asked === null) return <p class="lifted">{w.neverLifted}</p>;
  if (asked.lifted.length === 0) return null;
  return (
    <details class="lifted" open={found === null}>
      <summary>{w.lifted(asked.lifted.length)}</summary>
      <ul>
        {asked.lifted.map((one) => (
          <li key={one.liftedAt + one.reason} class="small">
            {w.liftedOne(words().suppressions.reasons[one.reason], one.liftedBy)} <Time at={one.liftedAt} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The push by way of which it came. */
export function Cause({ of: { push } }: { readonly of: Pick<Suppression, "push"> }) {
  if (push === null) return null;
  return <a href={`/pushes/${push}`}>{words().suppressions.why.push}</a>;
}
