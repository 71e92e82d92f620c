import { toast } from "../../app/toasts.ts";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { words } from "../../words/dictionary.ts";
import { addPerson, deletePerson, fieldsOf, type Person } from "../recipients/people.ts";

interface Props {
  readonly person: Person;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Takes a person out of the list; what was sent to them stays known. */
export function DeleteDialog({ person, onDone, onClose }: Props) {
  const w = words().recipients.deletion;
  const run = async (): Promise<void> => {
    await deletePerson(person.id);
    toast(w.did(person.address), () => addPerson(fieldsOf(person)));
    onDone();
  };
  return (
    <Confirm title={w.title(person.address)} act={w.act} danger onAct={run} onClose={onClose}>
      <p>{w.says}</p>
      <p class="dim">{w.stays}</p>
    </Confirm>
  );
}
