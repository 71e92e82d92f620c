import { toast } from "../../app/toasts.ts";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { words } from "../../words/dictionary.ts";
import { erasePerson, type Person } from "../recipients/people.ts";

interface Props {
  readonly person: Person;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Removes a person from everywhere, for good. */
export function EraseDialog({ person, onDone, onClose }: Props) {
  const w = words().recipients.erasure;
  const run = async (): Promise<void> => {
    await erasePerson(person.id);
    toast(w.did);
    onDone();
  };
  return (
    <Confirm title={w.title(person.address)} act={w.act} danger number={person.address} onAct={run} onClose={onClose}>
      <div class="erasure">
        <h3>{w.atOnce}</h3>
        <ul>
          {w.atOnceList.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <h3>{w.soon}</h3>
        <ul>
          {w.soonList.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <h3>{w.stays}</h3>
        <ul>
          {w.staysList.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </div>
      <p>
        <strong>{w.forGood}</strong>
      </p>
    </Confirm>
  );
}
