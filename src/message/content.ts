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
}
