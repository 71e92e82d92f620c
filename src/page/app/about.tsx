import { useState } from "preact/hooks";
import { Button } from "../parts/forms/button.tsx";
import { Dialog } from "../parts/forms/dialog.tsx";
import { Choice } from "../parts/forms/select.tsx";
import { RefusalNotice } from "../parts/signs/notice.tsx";
import { words } from "../words/dictionary.ts";
import { type Refusal, refusalOf } from "./data/api.ts";
import { may, type Need, session, signOut } from "./data/session.ts";
import { chooseTheme, THEMES, theme } from "./theme.ts";
import { wholeTime } from "./time/format.ts";
import { ownZone, zoneWord } from "./time/zone.ts";

const NEEDS: readonly Need[] = ["read", "write", "send", "master"];

/** Who is signed in, what this token may and may not do, the colours, and the way out. */
export function About({ onClose }: { readonly onClose: () => void }) {
  const w = words().shell;
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const lacking = NEEDS.filter((need) => !may(need));
  const { name = "", expiresAt } = session.value ?? {};
  return (
    <Dialog title={w.signedInAs(name)} onClose={onClose}>
      <div class="about">
        {expiresAt !== undefined && <p class="dim">{w.until(wholeTime(Date.parse(expiresAt)))}</p>}
        <p class="dim">{w.zone(ownZone(), zoneWord(Date.now(), ownZone()))}</p>
        <Abilities title={w.mayDo} needs={NEEDS.filter(may)} />
        {lacking.length > 0 && <Abilities title={w.mayNot} needs={lacking} />}
        <div class="row">
          <span class="field-label">{w.appearance}</span>
          <Choice
            label={w.appearance}
            value={theme.value}
            options={THEMES.map((one) => [one, w.theme[one]] as const)}
            onChange={chooseTheme}
          />
        </div>
        {refusal !== null && <RefusalNotice refusal={refusal} />}
        <div class="row">
          <Button onPress={() => signOut().catch((thrown) => setRefusal(refusalOf(thrown)))}>{w.signOut}</Button>
          <a href="/docs">{w.reference}</a>
        </div>
      </div>
    </Dialog>
  );
}

function Abilities({ title, needs }: { readonly title: string; readonly needs: readonly Need[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {needs.map((need) => (
          <li key={need}>{words().shell.may[need]}</li>
        ))}
      </ul>
    </div>
  );
}
