import { useState } from "preact/hooks";
import { api, ask, type Refusal, refusalOf } from "../../app/data/api.ts";
import { number } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { Card } from "../../parts/card.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { RefusalNotice } from "../../parts/signs/notice.tsx";
import { Said } from "../../parts/signs/said.tsx";
import { words } from "../../words/dictionary.ts";
import { Health, HealthPill } from "./health.tsx";
import { Quotas } from "./quotas.tsx";
import type { Relay } from "./relay.ts";
import { Shares } from "./shares.tsx";
import { type RelayTest, TestResult } from "./test-result.tsx";

interface Props {
  readonly relay: Relay;
  /** Without others, a weight says nothing. */
  readonly isAlone: boolean;
  /** No other one takes mail. */
  readonly isLast: boolean;
  /** By push. */
  readonly subjects: ReadonlyMap<string, string>;
  readonly onDone: () => void;
}

/** Whether no push sends by it now. */
export function isOff(health: Relay["health"]): boolean {
  return health === "paused" || health === "stopped" || health === "resting";
}

/** One relay: how it is, how fast, how much of its quota is used, and for whom. */
export function RelayCard({ relay, isAlone, isLast, subjects, onDone }: Props) {
  const w = words().relays;
  const [asked, setAsked] = useState<"pause" | "resume" | null>(null);
  const [test, setTest] = useState<RelayTest | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { id } = relay;
  const run = async (): Promise<void> => {
    setRefusal(null);
    try {
      setTest(await ask(api.POST("/api/relays/{id}/test", { params: { path: { id } } })));
    } catch (thrown) {
      setTest(null);
      setRefusal(refusalOf(thrown));
    }
  };
  return (
    <Card
      title={id}
      note={<HealthPill health={relay.health} />}
      acts={
        <>
          {relay.transport === "smtp" && (
            <Button size="small" label={w.testOf(id)} onPress={run}>
              {w.test}
            </Button>
          )}
          {isOff(relay.health) ? (
            <Button size="small" label={w.resumeOf(id)} onPress={() => setAsked("resume")}>
              {w.resume}
            </Button>
          ) : (
            <Button size="small" label={w.pauseOf(id)} onPress={() => setAsked("pause")}>
              {w.pause}
            </Button>
          )}
        </>
      }
    >
      <p class="small dim">{whatItIs(relay, isAlone)}</p>
      <Health relay={relay} />
      <Rates relay={relay} />
      <Quotas quotas={relay.quotas ?? relay.configured.quotas.map((one) => ({ ...one, used: null, freesAt: null }))} />
      <Shares shares={isOff(relay.health) ? [] : (relay.shares ?? [])} subjects={subjects} />
      {refusal !== null && <RefusalNotice refusal={refusal} />}
      {test !== null && <TestResult test={test} onClose={() => setTest(null)} />}
      {asked === "pause" && (
        <PauseDialog relay={relay} isLast={isLast} onDone={onDone} onClose={() => setAsked(null)} />
      )}
      {asked === "resume" && <ResumeDialog relay={relay} onDone={onDone} onClose={() => setAsked(null)} />}
    </Card>
  );
}

/** "SMTP · smtp.example.com:587 · STARTTLS · as mailer · Amazon SES". */
function whatItIs({ transport, host, port, security, username, provider, weight }: Relay, isAlone: boolean): string {
  const w = words().relays;
  return [
    w.transports[transport] ?? transport,
    host === null ? null : `${host}:${port}`,
    security === null ? null : w.security[security],
    username === null ? null : w.as(username),
    provider === null ? null : w.provider(provider),
    isAlone ? null : weight === 0 ? w.standby : w.weight(number(weight, 2)),
  ]
    .filter((part) => part != null)
    .join(" · ");
}

function Rates({
  relay: { perSecond, learnedLimit, acceptedPerSecond, configured, sessions },
}: {
  readonly relay: Relay;
}) {
  const w = words().relays;
  const rate = (value: number): string => w.perSecond(number(value, value < 10 ? 1 : 0));
  return (
    <dl class="facts-list">
      <div>
        <dt>{w.rateNow}</dt>
        <dd>{perSecond === null ? w.noLimit : rate(perSecond)}</dd>
      </div>
      <div>
        <dt>{w.accepted}</dt>
        <dd>{acceptedPerSecond === null ? "–" : rate(acceptedPerSecond)}</dd>
      </div>
      <div>
        <dt>{w.learned}</dt>
        <dd>{learnedLimit === null ? w.notMet : rate(learnedLimit)}</dd>
      </div>
      <div>
        <dt>{w.configured}</dt>
        <dd>{configured.perSecond === null ? w.noLimit : rate(configured.perSecond)}</dd>
      </div>
      <div>
        <dt>{w.sessions}</dt>
        <dd>
          {sessions === null
            ? "–"
            : sessions.limit === null
              ? number(sessions.open)
              : w.ofLimit(number(sessions.open), number(sessions.limit))}
        </dd>
      </div>
    </dl>
  );
}

interface Asked {
  readonly relay: Relay;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function PauseDialog({ relay: { id, shares }, isLast, onDone, onClose }: Asked & Pick<Props, "isLast">) {
  const w = words().relays.pauseDialog;
  const params = { path: { id } };
  const run = async (): Promise<void> => {
    await ask(api.POST("/api/relays/{id}/pause", { params }));
    onDone();
    toast(w.did(id), () => ask(api.POST("/api/relays/{id}/resume", { params })).then(onDone), id);
  };
  return (
    <Confirm title={w.title(id)} act={w.act} onAct={run} onClose={onClose}>
      <p>{isLast ? w.saysLast(shares?.length ?? 0) : w.says(shares?.length ?? 0)}</p>
    </Confirm>
  );
}

function ResumeDialog({ relay: { id, health, reason }, onDone, onClose }: Asked) {
  const w = words().relays.resumeDialog;
  const params = { path: { id } };
  const run = async (): Promise<void> => {
    const { resumed } = await ask(api.POST("/api/relays/{id}/resume", { params }));
    onDone();
    toast(w.did(id, resumed.length), () => ask(api.POST("/api/relays/{id}/pause", { params })).then(onDone), id);
  };
  return (
    <Confirm title={w.title(id)} act={w.act} onAct={run} onClose={onClose}>
      <p>{w.says[health] ?? w.says.paused}</p>
      {reason !== null && health !== "paused" && <Said>{reason}</Said>}
    </Confirm>
  );
}
