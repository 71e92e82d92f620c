import type { ComponentChildren } from "preact";
import type { Schemas } from "../../app/data/api.ts";
import { bytes, number, percent } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { words } from "../../words/dictionary.ts";

type Settings = Schemas["Settings"];

/** A row: what it is called, its value, and what it does. */
type Row = readonly [name: string, value: ComponentChildren, says?: string];

/** What is configured, in words; it is changed in `wrangler.toml` and by secrets, not here. */
export function ConfiguredCards({ settings }: { readonly settings: Settings }) {
  return (
    <>
      <div class="two">
        <Configured title={words().settings.sender.title} rows={senderRows(settings)} />
        <Configured title={words().settings.limits.title} rows={limitRows(settings)} />
      </div>
      <div class="two">
        <Configured title={words().settings.breaker.title} rows={breakerRows(settings)} />
        <Configured title={words().settings.webhooks.title} rows={webhookRows(settings)} />
      </div>
    </>
  );
}

function Configured({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  return (
    <Card title={title}>
      <dl class="settings">
        {rows.map(([name, value, says]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value}
              {says !== undefined && <p class="small dim">{says}</p>}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function senderRows({ from, publicUrl, returnPath, forwardTo, timeZone, receipts, relays }: Settings): readonly Row[] {
  const w = words().settings.sender;
  const none = words().settings.none;
  return [
    [w.from, from.name === null ? from.address : `${from.name} <${from.address}>`, w.fromSays],
    [w.publicUrl, publicUrl, w.publicUrlSays],
    [w.returnPath, returnPath ?? none, returnPath === null ? w.returnPathNone : w.returnPathSays],
    [w.forwardTo, forwardTo ?? none, w.forwardToSays],
    [w.timeZone, timeZone, w.timeZoneSays],
    [w.receipts, receipts ? w.receiptsOn : w.receiptsOff],
    [
      w.relays,
      relays.map(({ id, transport, security, provider, weight }) => (
        <p key={id}>
          {[
            id,
            words().relays.transports[transport],
            security === null ? null : words().relays.security[security],
            provider,
            weight === 0 ? words().relays.standby : null,
          ]
            .filter((part) => part !== null)
            .join(" · ")}
        </p>
      )),
    ],
  ];
}

function limitRows({ limits }: Settings): readonly Row[] {
  const w = words().settings.limits;
  return [
    [w.mailMaxBytes, bytes(limits.mailMaxBytes), w.mailMaxBytesSays],
    [w.window, number(limits.window), w.windowSays],
    [w.connections, number(limits.connections), w.connectionsSays],
    [w.maxAttempts, number(limits.maxAttempts), w.maxAttemptsSays],
    [w.lease, w.seconds(number(limits.leaseSeconds)), w.leaseSays],
    [w.stale, w.seconds(number(limits.staleAfterSeconds)), w.staleSays],
    [w.retention, w.days(number(limits.retentionDays)), w.retentionSays],
  ];
}

function breakerRows({ breaker }: Settings): readonly Row[] {
  const w = words().settings.breaker;
  return [
    [w.first, number(breaker.first), w.firstSays],
    [w.streak, number(breaker.streak), w.streakSays],
    [w.spam, percent(breaker.spamShare, 1), w.spamSays],
    [w.bounces, percent(breaker.bounceShare, 1), w.bouncesSays],
    [w.complaints, percent(breaker.complaintShare, 1), w.complaintsSays],
  ];
}

function webhookRows({ webhooks, publicUrl }: Settings): readonly Row[] {
  const w = words().settings.webhooks;
  return webhooks.map(({ provider, path, isOpen }) => [
    provider,
    isOpen ? <code class="words">{`${publicUrl}${path}`}</code> : <span class="dim">{w.shut}</span>,
  ]);
}
