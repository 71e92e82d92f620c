import type { RelaySettings } from "../config/relays.ts";
import type { Settings } from "../config/settings.ts";
import { Allowance } from "../delivery/allowance.ts";
import type { RelayHeaders } from "../delivery/content/compose.ts";
import { holdDraft, type Ready } from "../delivery/content/prepared-content.ts";
import { relayHeaders } from "../feedback/providers/headers.ts";
import { type Attachment, infoOf } from "../message/attachments/attachment.ts";
import type { Content } from "../message/content.ts";
import { macOf } from "../message/signed/mac.ts";
import { newPushId } from "../push/steering/id.ts";

/** What a push that is not made yet would send. */
export type DraftContent = Omit<Content, "push" | "signedWith" | "attachments"> & {
  readonly attachments: readonly Attachment[];
};

/** A draft, prepared as a push's content is. */
export interface Draft {
  /** The id of the relay that its mails are made for. */
  readonly relay: string;
  readonly ready: Ready;
  readonly headers: RelayHeaders;
  readonly allowance: Allowance;
}

/** How long a draft may hold its content. */
const HOLD_MS = 60_000;

/**
 * Prepares a draft's content as the consumer does a push's, and gives it back after `use`. Its mails are signed with a
 * key that verifies nothing: their links, return paths and ids name no delivery, and so change nothing.
 *
 * Null: contents of pushes that are being sent leave no room for it.
 */
export async function withDraft<T>(
  content: DraftContent,
  settings: Settings,
  relay: RelaySettings,
  now: number,
  use: (draft: Draft) => Promise<T>,
): Promise<T | null> {
  const { providers } = settings;
  const signingKeys = { current: macOf(settings.signingKeys.current, "draft", ""), previous: null };
  const allowance = new Allowance();
  const held = await holdDraft(
    { ...content, attachments: content.attachments.map(infoOf), push: newPushId(now), signedWith: null },
    { ...settings, signingKeys },
    now + HOLD_MS,
    allowance,
    content.attachments,
  );
  if (held === null) return null;
  try {
    const { transport, provider } = relay;
    const headers = relayHeaders({ transport, provider: provider ?? providers.smtp }, providers);
    return await use({ relay: relay.id, ready: held.value, headers, allowance });
  } finally {
    held.release();
  }
}
