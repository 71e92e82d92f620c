/** A private key and its certificate, PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** What TLS servers of the tests show; made anew for each run by test/setup/certify.ts. */
export interface Certificates {
  /** For localhost, by the authority that the Worker's runtime was told to trust. */
  readonly trusted: KeyPair;
  /** By that authority, but for another host. */
  readonly otherHost: KeyPair;
  /** By that authority for localhost, until yesterday. */
  readonly expired: KeyPair;
  /** For localhost, by an authority that nobody knows. */
  readonly unknown: KeyPair;
}

declare module "vitest" {
  export interface ProvidedContext {
    certificates: Certificates;
  }
}
