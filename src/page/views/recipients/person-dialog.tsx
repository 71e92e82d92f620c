import { useState } from "preact/hooks";
import { ownRefusal, Refusal } from "../../app/data/api.ts";
import { toast } from "../../app/toasts.ts";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { Field } from "../../parts/forms/field.tsx";
import { words } from "../../words/dictionary.ts";
import { AttributesEditor } from "./attributes-editor.tsx";
import { type Fault, faultOf } from "./fault.ts";
import {
  addPerson,
  changePerson,
  deletePerson,
  fieldsOf,
  findPerson,
  type Person,
  type PersonFields,
} from "./people.ts";

interface Props {
  /** null: somebody new. */
  readonly person: Person | null;
  /** Areas that others have, to choose from. */
  readonly areas: readonly string[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const NOBODY: PersonFields = { address: "", username: "", area: "", attributes: "{}" };

/** A person's fields, to be added or changed. */
export function PersonDialog({ person, areas, onDone, onClose }: Props) {
  const w = words().recipients;
  const before = person === null ? NOBODY : fieldsOf(person);
  const [fields, setFields] = useState<PersonFields>(before);
  const [attributes, setAttributes] = useState<string | null>(before.attributes);
  const [fault, setFault] = useState<Fault | null>(null);
  const [known, setKnown] = useState<Person | null>(null);
  const set = (changes: Partial<PersonFields>): void => {
    setFields({ ...fields, ...changes });
    setFault(null);
    setKnown(null);
  };
  const errorOf = (field: keyof PersonFields): string | null => (fault?.field === field ? fault.words : null);

  const save = async (): Promise<void> => {
    const given = { ...fields, address: fields.address.trim(), attributes: attributes ?? "{}" };
    try {
      if (person === null) await add(given);
      else await change(person, given);
    } catch (thrown) {
      // Shown at the field; what is about none stands below.
      if (thrown instanceof Refusal) {
        const found = faultOf(thrown.errors[0]?.message ?? thrown.detail);
        setFault(thrown.code === "address-taken" ? { field: "address", words: thrown.detail } : found);
        if (found.field !== null || thrown.code === "address-taken") throw ownRefusal(w.form.mend);
      }
      throw thrown;
    }
    onDone();
  };

  const add = async (given: PersonFields): Promise<void> => {
    const there = await findPerson(given.address);
    if (there !== null) {
      setKnown(there);
      throw new Refusal(409, { code: "address-taken", detail: w.form.known(there.address) });
    }
    const reason = await addPerson(given);
    if (reason !== null) throw ownRefusal(reason);
    toast(w.form.added(given.address), async () => {
      const made = await findPerson(given.address);
      if (made !== null) await deletePerson(made.id);
      onDone();
    });
  };

  const change = async ({ id }: Person, given: PersonFields): Promise<void> => {
    const changes = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => value !== before[name as keyof PersonFields]),
    );
    if (Object.keys(changes).length === 0) return;
    await changePerson(id, changes);
    toast(w.form.changed(given.address), async () => {
      await changePerson(
        id,
        Object.fromEntries(Object.keys(changes).map((name) => [name, before[name as keyof PersonFields]])),
      );
      onDone();
    });
  };

  return (
    <Confirm
      title={person === null ? w.form.addTitle : w.form.editTitle(person.address)}
      act={person === null ? w.form.add : words().common.save}
      disabled={fields.address.trim() === "" || attributes === null}
      onAct={save}
      onClose={onClose}
      wide
    >
      <div class="person-fields">
        <Field
          label={w.address}
          inputMode="email"
          autocomplete="off"
          spellcheck={false}
          value={fields.address}
          onInput={(address) => set({ address })}
          error={errorOf("address")}
          hint={
            known !== null ? (
              <a href={`/recipients/${known.id}`}>{w.form.openKnown(known.username || known.address)}</a>
            ) : person === null ? (
              w.form.addressHint
            ) : (
              w.form.addressChanges
            )
          }
        />
        <Field
          label={w.username}
          optional
          autocomplete="off"
          value={fields.username}
          onInput={(username) => set({ username })}
          error={errorOf("username")}
          hint={w.form.usernameHint}
        />
        <Field
          label={w.area}
          optional
          autocomplete="off"
          list="known-areas"
          value={fields.area}
          onInput={(area) => set({ area })}
          error={errorOf("area")}
          hint={w.form.areaHint}
        />
        <datalist id="known-areas">
          {areas.map((area) => (
            <option key={area} value={area} />
          ))}
        </datalist>
      </div>
      <AttributesEditor
        initial={before.attributes}
        onChange={(json) => {
          setAttributes(json);
          setFault(null);
        }}
        error={errorOf("attributes")}
      />
    </Confirm>
  );
}
