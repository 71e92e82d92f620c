import { useState } from "preact/hooks";
import { api, ask, Refusal, refusalOf, type Schemas } from "../../../app/data/api.ts";
import { session } from "../../../app/data/session.ts";
import { stored } from "../../../app/data/stored.ts";
import { sentences } from "../../../app/time/format.ts";
import { Button } from "../../../parts/forms/button.tsx";
import { Dialog } from "../../../parts/forms/dialog.tsx";
import { Field } from "../../../parts/forms/field.tsx";
import { RefusalNotice } from "../../../parts/signs/notice.tsx";
import { Said } from "../../../parts/signs/said.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Person } from "../audience/people.ts";
import { nameOf } from "./preview-card.tsx";

interface Props {
  /** The push that it tries. */
  readonly body: Record<string, unknown>;
  /** Whose values it has; null: those of each address, if it is a recipient. */
  readonly person: Person | null;
  /** A relay took one. */
  readonly onSent: () => void;
  readonly onClose: () => void;
}

const MAX_REMEMBERED = 8;

/** Sends the mail to a few addresses now, and shows what each server said. */
export function TestDialog({ body, person, onSent, onClose }: Props) {
  const w = words().sending.test;
  const [remembered, setRemembered] = useState(readRemembered);
  const [to, setTo] = useState(remembered[0] ?? "");
  const [answers, setAnswers] = useState<Schemas["TestMails"] | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const addresses = to.split(/[,;，；、\s]+/).filter((one) => one !== "");
  const remember = (list: readonly string[]): void => {
    setRemembered(list);
    memory().write(JSON.stringify(list));
  };
  const send = async (): Promise<void> => {
    setRefusal(null);
    setAnswers(null);
    try {
      const whose = person === null ? {} : { recipientId: person.id };
      const answered = await ask(api.POST("/api/pushes/test", { body: { ...body, ...whose, to: addresses } as never }));
      setAnswers(answered);
      remember([...new Set([...addresses, ...remembered])].slice(0, MAX_REMEMBERED));
      if (answered.data.some(({ accepted }) => accepted === true)) onSent();
    } catch (thrown) {
      setRefusal(naming(refusalOf(thrown), addresses));
    }
  };
  return (
    <Dialog
      title={w.title}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words().common.close}</Button>
          <Button type="submit" kind="primary" disabled={addresses.length === 0} onPress={send}>
            {w.act(addresses.length)}
          </Button>
        </>
      }
    >
      <p>{sentences(w.says, person === null ? null : w.as(nameOf(person)))}</p>
      <Field
        label={w.to}
        hint={w.toHint}
        type="text"
        inputmode="email"
        autocomplete="email"
        spellcheck={false}
        value={to}
        onInput={setTo}
      />
      {remembered.length > 0 && (
        <div class="row">
          <span class="small dim">{w.remembered}</span>
          {remembered.map((address) => (
            <span class="remembered" key={address}>
              <button
                type="button"
                class="link"
                onClick={() => setTo(addresses.includes(address) ? to : [...addresses, address].join(", "))}
              >
                {address}
              </button>
              <button
                type="button"
                class="link"
                aria-label={w.forget(address)}
                onClick={() => remember(remembered.filter((one) => one !== address))}
              >
                ×
              </button>
            </span>
          ))}
        </div>
      )}
      {refusal !== null && <RefusalNotice refusal={refusal} />}
      {answers !== null && <Answers answers={answers} />}
    </Dialog>
  );
}

/** With the addresses themselves in place of where they stand in the call. */
function naming({ status, code, detail, errors }: Refusal, addresses: readonly string[]): Refusal {
  const named = (text: string): string => text.replace(/\$\.to\[(\d+)\]/, (path, at) => addresses[Number(at)] ?? path);
  return new Refusal(status, {
    code,
    detail: named(detail),
    errors: errors.map(({ path, message }) => ({ path: named(path), message })),
  });
}

function Answers({ answers: { relay, data } }: { readonly answers: Schemas["TestMails"] }) {
  const w = words().sending.test;
  const inbox = session.value?.localInbox ?? null;
  return (
    <div role="status">
      <div class="row small dim">
        {w.by(relay)}
        {inbox !== null && (
          <a href={inbox} target="_blank" rel="noreferrer">
            {w.inbox}
          </a>
        )}
      </div>
      <ul class="test-answers">
        {data.map(({ to, accepted, reply }) => (
          <li key={to}>
            <span class="state">
              <i
                class={`swatch of-${accepted === true ? "sent" : accepted === false ? "failed" : "in_doubt"}`}
                aria-hidden="true"
              />
              {accepted === true ? w.accepted : accepted === false ? w.refused : w.unknown}
            </span>
            <span>
              {to}
              <Said>{reply}</Said>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function memory() {
  return stored(`tests ${session.value?.name ?? ""}`);
}

function readRemembered(): readonly string[] {
  try {
    const found: unknown = JSON.parse(memory().read() ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
