/** What a push says; the same for all its recipients, and immutable once the push has started. */
export interface Content {
  /** The push's id. */
  readonly push: string;
  /** Liquid templates over `username`, `address`, `area`, `attributes`. */
  readonly subject: string;
  readonly html: string;
  /** null: made from the html. */
  readonly text: string | null;
  /** "Name <address>" or "address". */
  readonly from: string;
  readonly replyTo: string | null;
}
