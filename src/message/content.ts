import type { AttachmentInfo } from "./attachments/attachment.ts";

/** The content of a push: the same for all recipients, immutable once the push has started. */
export interface Content {
  /** The push's id. */
  readonly push: string;
  /** Liquid templates over `username`, `address`, `area`, `attributes`. */
  readonly subject: string;
  readonly html: string;
  /** null: derived from the html. */
  readonly text: string | null;
  /** "Name <address>" or "address". */
  readonly from: string;
  readonly replyTo: string | null;
  /** Mail of a list: it has unsubscribe headers, and an unsubscribe stops it. False: a receipt, say. */
  readonly list: boolean;
  /** The name of the signing key that the push began with; null: of an earlier version, see `keyNamed`. */
  readonly signedWith: string | null;
  /** Headers of one's own, by name; Liquid templates as the subject. Missing: none, as from an earlier version. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The files that each mail carries, without their bytes. Missing: none, as from an earlier version. */
  readonly attachments?: readonly AttachmentInfo[];
}
