import { api, ask, Refusal, type Schemas } from "../../app/data/api.ts";
import { gather, type Page } from "../../app/data/gather.ts";

export type Suppression = Schemas["Suppression"];
export type Reason = Suppression["reason"];
export type OfAddress = Schemas["SuppressionsOfAddress"];

export const REASONS: readonly Reason[] = ["unsubscribed", "complained", "bounced", "no-such-user", "manual"];

export interface Selection {
  readonly search: string | null;
  readonly reason: Reason | null;
}

export function readSuppressions(
  { search, reason }: Selection,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<Suppression>> {
  return gather(after, (cursor, limit) => {
    const query = {
      limit,
      ...(search === null ? {} : { search }),
      ...(reason === null ? {} : { reason }),
      ...(cursor === null ? {} : { after: cursor }),
    };
    return ask(api.GET("/api/suppressions", { params: { query }, signal }));
  });
}

/**
 * Why an address gets no mail, and what was lifted; null: nothing stands against it. The API refuses to speak of an
 * address that was never suppressed, which a browser logs as a failure: the list is asked first.
 */
export async function readOfAddress(address: string, signal: AbortSignal): Promise<OfAddress | null> {
  const query = { search: address, limit: 1 };
  const { data } = await ask(api.GET("/api/suppressions", { params: { query }, signal }));
  return data[0]?.address === address.toLowerCase() ? readWithLifted(address, signal) : null;
}

/** The same, also of an address that gets mail by now; null: it was never suppressed. */
export async function readWithLifted(address: string, signal?: AbortSignal): Promise<OfAddress | null> {
  try {
    return await ask(api.GET("/api/suppressions/{address}", { params: { path: { address } }, signal }));
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.code === "not-found") return null;
    throw thrown;
  }
}

/** Takes one back. */
export function lift({ address, reason }: Pick<Suppression, "address" | "reason">): Promise<unknown> {
  return ask(api.DELETE("/api/suppressions/{address}", { params: { path: { address }, query: { reason } } }));
}

/** Suppresses again what was taken back, in the words that it had. */
export function suppressAgain({ address, reason, detail }: Suppression): Promise<unknown> {
  return ask(api.POST("/api/suppressions", { body: { address, reason, detail } }));
}

/** What became of added addresses; `rejected` by the place in the list. */
export interface Added {
  readonly added: number;
  readonly known: number;
  readonly rejected: readonly { readonly address: string; readonly reason: string }[];
}

const ENTRIES_A_CALL = 1_000;

/** Suppresses addresses, a thousand a call. */
export async function addSuppressions(
  addresses: readonly string[],
  reason: Reason,
  detail: string | null,
): Promise<Added> {
  const all = { added: 0, known: 0, rejected: [] as Added["rejected"][number][] };
  for (let start = 0; start < addresses.length; start += ENTRIES_A_CALL) {
    const some = addresses.slice(start, start + ENTRIES_A_CALL);
    const answer = await ask(
      api.POST("/api/suppressions", { body: some.map((address) => ({ address, reason, detail })) }),
    );
    // A list is answered with counts, one address with what is known of it.
    if (!("added" in answer)) continue;
    all.added += answer.added;
    all.known += answer.known;
    all.rejected.push(...answer.rejected.map((one) => ({ address: some[one.index] ?? "", reason: one.reason })));
  }
  return all;
}
