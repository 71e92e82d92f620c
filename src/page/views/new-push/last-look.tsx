import { api, ask, type Schemas } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { now } from "../../app/time/clock.ts";
import { number, span, wholeTime } from "../../app/time/format.ts";
import type { Count } from "../../parts/filter/audience-count.ts";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";
import type { People } from "./audience/people.ts";
import { speedOf } from "./audience/speed.ts";
import type { Draft } from "./draft/draft.ts";
import { specialsOf } from "./options/options-words.ts";
import { StartField } from "./options/start-field.tsx";
import { nameOf } from "./preview/preview-card.tsx";
import type { Preview } from "./preview/use-preview.ts";
import { WarningList } from "./preview/warnings-card.tsx";

export type Way = "now" | "schedule" | "hold";

/** Beyond so many people the number has to be typed. */
const TYPED_ABOVE = 10_000;
const INSTANCES = 3;

interface Props {
  readonly way: Way;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly count: Count;
  readonly people: People;
  readonly preview: Preview;
  readonly from: string;
  readonly settings: Schemas["Settings"];
  readonly wasTested: boolean;
  /** Makes the push; the dialog closes when that has ended well. */
  readonly onAct: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** What is about to happen: to how many, to whom for instance, how long it takes, and what speaks against it. */
export function LastLook(props: Props) {
  const { way, draft, onChange, count, people, preview, from, settings, wasTested, onAct, onClose } = props;
  const w = words().sending.look;
  const isFuture = draft.sendAt !== null && Date.parse(draft.sendAt) > now.value;
  const act = { now: w.pushAct(number(count.count)), schedule: w.scheduleAct, hold: w.holdAct }[way];
  const title = { now: w.pushTitle, schedule: w.scheduleTitle, hold: w.holdTitle }[way];
  // Who may not send one need not be told.
  const lacksTest = !wasTested && may("send");
  const specials = specialsOf(draft);
  const pushSays = draft.canary === null ? w.pushSays : w.canarySays(Math.min(draft.canary.count, count.count));
  const names = people.people.slice(0, INSTANCES).map(nameOf);
  return (
    <Confirm
      title={title}
      act={act}
      number={way !== "hold" && count.count > TYPED_ABOVE ? number(count.count) : undefined}
      disabled={way === "schedule" && !isFuture}
      onAct={onAct}
      onClose={onClose}
    >
      <p class="look-count">{w.who(count.count, count.isEstimate)}</p>
      <dl class="look">
        <dt>{w.to}</dt>
        <dd>{w.forInstance(names, count.count - names.length, count.isEstimate)}</dd>
        <dt>{w.subject}</dt>
        <dd>{preview.subject}</dd>
        <dt>{w.from}</dt>
        <dd>{from}</dd>
        {way === "hold" && draft.sendAt !== null && (
          <>
            <dt>{w.start}</dt>
            <dd>{wholeTime(Date.parse(draft.sendAt))}</dd>
          </>
        )}
        {specials.length > 0 && (
          <>
            <dt>{w.how}</dt>
            <dd>{specials.join(words().compose.options.comma)}</dd>
          </>
        )}
        <dt>{w.takes}</dt>
        <dd>
          <Takes draft={draft} count={count.count} />
        </dd>
        <dt>{w.gives}</dt>
        <dd>{w.givesUp(span(draft.expiresIn * 1_000))}</dd>
      </dl>
      {way === "schedule" && (
        <StartField
          draft={draft}
          onChange={onChange}
          settings={settings}
          fault={draft.sendAt !== null && !isFuture ? w.past : null}
        />
      )}
      {(preview.warnings.length > 0 || lacksTest) && (
        <Notice kind="warn">
          {preview.warnings.length > 0 && <WarningList warnings={preview.warnings} />}
          {lacksTest && <p>{w.noTest}</p>}
        </Notice>
      )}
      <p class="dim">{{ now: pushSays, schedule: w.scheduleSays, hold: w.holdSays }[way]}</p>
    </Confirm>
  );
}

/** How long it takes, by what is known of the rate. */
function Takes({ draft, count }: { readonly draft: Draft; readonly count: number }) {
  const w = words().sending.look;
  const past = useLoaded(
    (signal) => ask(api.GET("/api/pushes", { params: { query: { state: "finished", limit: 20 } }, signal })),
    [],
  );
  const canSeeRelays = may("master");
  const relays = useLoaded(
    async (signal) => (canSeeRelays ? (await ask(api.GET("/api/relays", { signal }))).data : []),
    [canSeeRelays],
  );
  if (past.isLoading || relays.isLoading) return <>…</>;
  const used = (relays.value ?? []).filter(({ id }) => draft.relays === null || draft.relays.includes(id));
  const asked = draft.rate.trim() === "" ? null : Number(draft.rate);
  const speed = speedOf(asked, used, past.value?.data ?? []);
  if (speed === null || speed.perSecond <= 0) return <>{w.takesUnknown}</>;
  const rate = number(speed.perSecond, speed.perSecond < 10 ? 1 : 0);
  const seconds = Math.max(1, Math.ceil(count / speed.perSecond));
  return (
    <>
      {w.takesAbout(span(seconds * 1_000), rate)}
      <span class="dim">{words().common.aside(w.source[speed.source])}</span>
    </>
  );
}
