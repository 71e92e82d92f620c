import { describe, expect, it } from "vitest";
import { contents } from "./conformance/contents.ts";
import { endings } from "./conformance/endings.ts";
import { handshakes } from "./conformance/handshakes.ts";
import { replies } from "./conformance/replies.ts";
import { secured } from "./conformance/secured.ts";
import { type Case, type MakeTransport, OFFERS, Trial } from "./conformance/trial.ts";

const CASES: readonly Case[] = [...handshakes, ...secured, ...replies, ...endings, ...contents];

/** What is known of a transport beforehand. */
interface Expectations {
  /** What it cannot pass, as "offer: case"; it has to fail, so that the list stays true. */
  expectedFailures?: readonly string[];
  /** False: others speak to the relay for it, so that only what holds of any transport is asked, with one offer. */
  speaks?: boolean;
}

/** What every transport has to do, against relays that behave and relays that do not. Runs inside workerd. */
export function conformance(
  name: string,
  makeTransport: MakeTransport,
  { expectedFailures = [], speaks = true }: Expectations = {},
): void {
  const known = new Set<string>();
  for (const [offer, capabilities] of Object.entries(OFFERS).slice(0, speaks ? undefined : 1)) {
    describe(`${name}, ${offer}`, () => {
      for (const { title, only, waits, any, run } of CASES) {
        if (only && !only.includes(offer)) continue;
        if (!speaks && !any) continue;
        const full = `${offer}: ${title}`;
        known.add(full);
        const options = { fails: expectedFailures.includes(full), concurrent: waits ?? false };
        it(title, options, () => run(new Trial(makeTransport, capabilities, speaks)));
      }
    });
  }
  it(`${name} fails nothing but what there is`, () => {
    expect(expectedFailures.filter((failure) => !known.has(failure))).toEqual([]);
  });
}
