import { useMemo, useState } from "preact/hooks";
import { api, ask, idempotencyKey, type Refusal, refusalOf, type Schemas } from "../../app/data/api.ts";
import type { Scope } from "../../app/data/session.ts";
import { currentTime } from "../../app/time/server-time.ts";
import { Button } from "../../parts/forms/button.tsx";
import { Dialog } from "../../parts/forms/dialog.tsx";
import { Check, Field } from "../../parts/forms/field.tsx";
import { Select } from "../../parts/forms/select.tsx";
import { RefusalNotice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";

const SCOPES: readonly Scope[] = ["read", "write", "send"];
const DAY_MS = 86_400_000;
/** In days. */
const LIVES = ["30", "90", "365", "never"] as const;

interface Props {
  readonly onMade: (token: Schemas["NewToken"]) => void;
  readonly onClose: () => void;
}

/** Asks for a name, for what it may do and for how long. */
export function CreateDialog({ onMade, onClose }: Props) {
  const w = words().tokens.createDialog;
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [life, setLife] = useState<(typeof LIVES)[number]>("90");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  // One dialog makes one token, though a lost answer makes somebody press again.
  const header = useMemo(idempotencyKey, [name, scopes, life]);
  const isReady = name.trim() !== "" && scopes.length > 0;
  const create = async (): Promise<void> => {
    if (!isReady) return;
    const expiresAt = life === "never" ? null : new Date(currentTime() + Number(life) * DAY_MS).toISOString();
    try {
      const body = { name: name.trim(), scopes: [...scopes], expiresAt };
      onMade(await ask(api.POST("/api/tokens", { params: { header }, body })));
      onClose();
    } catch (thrown) {
      setRefusal(refusalOf(thrown));
    }
  };
  const fault = (path: string): string | null => refusal?.errors.find((one) => one.path === path)?.message ?? null;
  return (
    <Dialog
      title={w.title}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words().common.cancel}</Button>
          <Button type="submit" kind="primary" disabled={!isReady} onPress={create}>
            {w.act}
          </Button>
        </>
      }
    >
      <Field
        label={w.name}
        hint={w.nameHint}
        error={fault("$.name")}
        value={name}
        maxLength={100}
        autocomplete="off"
        onInput={setName}
      />
      <fieldset class="scopes">
        <legend class="field-label">{w.may}</legend>
        {SCOPES.map((scope) => (
          <Check
            key={scope}
            label={
              <>
                <strong>{words().tokens.scope[scope]}</strong>
                {words().common.colon}
                {words().shell.may[scope]}
              </>
            }
            checked={scopes.includes(scope)}
            onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
          />
        ))}
        {scopes.length > 0 && !scopes.includes("read") && <p class="small dim">{w.noRead}</p>}
        {scopes.length === 0 && (
          <p class="field-error" role="alert">
            {w.noScope}
          </p>
        )}
      </fieldset>
      <Select
        label={w.life}
        hint={w.lifeHint}
        value={life}
        options={LIVES.map((one) => [one, w.lives[one]] as const)}
        onChange={setLife}
      />
      {refusal !== null && <RefusalNotice refusal={refusal} />}
    </Dialog>
  );
}
