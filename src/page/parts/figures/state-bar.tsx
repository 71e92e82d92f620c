import type { Schemas } from "../../app/data/api.ts";
import { list, number, percent } from "../../app/time/format.ts";
import { words } from "../../words/dictionary.ts";

export type Tallies = Schemas["Tallies"];
export type DeliveryState = keyof Tallies;

/** Nearer to sent stands further left; what was never sent is last. */
const ORDER: readonly DeliveryState[] = [
  "sent",
  "failed",
  "bounced",
  "complained",
  "in_doubt",
  "sending",
  "queued",
  "deferred",
  "pending",
  "skipped",
  "cancelled",
];

/** The state of this name, as an address bar may have any; null: there is none. */
export function stateNamed(name: string | null): DeliveryState | null {
  return ORDER.find((one) => one === name) ?? null;
}

/** The states that hold somebody, in the bar's order. */
export function presentStates(tallies: Tallies): readonly (readonly [DeliveryState, number])[] {
  return ORDER.map((state) => [state, tallies[state]] as const).filter(([, count]) => count > 0);
}

export function totalOf(tallies: Tallies): number {
  return ORDER.reduce((sum, state) => sum + tallies[state], 0);
}

/** A word and its colour. */
export function StateWord({ state }: { readonly state: DeliveryState }) {
  return (
    <span class="state">
      <i class={`swatch of-${state}`} aria-hidden="true" />
      {words().states.delivery[state]}
    </span>
  );
}

/** All deliveries in one bar: shares by width, the smallest of two pixels. */
export function StateBar({ tallies, thin }: { readonly tallies: Tallies; readonly thin?: boolean }) {
  const w = words().states;
  const total = totalOf(tallies);
  const present = presentStates(tallies);
  const spoken = present.map(([state, count]) => `${number(count)} ${w.delivery[state]}`);
  return (
    <div
      class={`bar ${thin ? "thin" : ""}`}
      role="img"
      aria-label={total === 0 ? w.nobody : w.bar(list(spoken), number(total))}
    >
      {present.map(([state, count]) => (
        // What two pixels of the small ones take is taken from the large ones.
        <i
          key={state}
          class={`share of-${state}`}
          style={{ flex: `${count} 1 0px` }}
          title={`${w.delivery[state]}${words().common.colon}${percent(count, total)}`}
        />
      ))}
    </div>
  );
}

/** The numbers of the bar, and their sum. `total`: what the push says it has, known by itself. */
export function Legend({ tallies, total }: { readonly tallies: Tallies; readonly total: number }) {
  const isWhole = total > 0 && totalOf(tallies) === total;
  return (
    <div class="legend">
      <ul>
        {presentStates(tallies).map(([state, count]) => (
          <li key={state}>
            <StateWord state={state} /> <strong>{number(count)}</strong>
          </li>
        ))}
      </ul>
      <p class="sum" title={words().states.sumOf(number(totalOf(tallies)))}>
        = <strong>{number(totalOf(tallies))}</strong>
        {isWhole && <span class="adds-up">✓ {words().states.addsUp}</span>}
      </p>
    </div>
  );
}
