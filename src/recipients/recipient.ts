/** A person in D1. */
export interface Recipient {
  readonly id: number;
  /** As given, the domain in lower case; unique, ignoring case. */
  readonly address: string;
  readonly username: string;
  readonly area: string;
  /** JSON, at most 16 KB. */
  readonly attributes: Record<string, unknown>;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}
