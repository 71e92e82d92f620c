import { Buffer } from "node:buffer";

/** A public key of a receipt as a JSON Web Key (RFC 8037). */
export interface PublicKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly use: "sig";
  /** The key's thumbprint (RFC 7638): the same key has the same one everywhere. */
  readonly kid: string;
  /** The 32 bytes in base64url. */
  readonly x: string;
}

/** The key that signs receipts. */
export interface ReceiptKey {
  readonly publicKey: PublicKey;
  /** Ed25519 over the ASCII text, in base64url. */
  sign(text: string): Promise<string>;
}

/** @param pkcs8 the private key, checked by the settings */
export async function receiptKeyOf(pkcs8: Uint8Array): Promise<ReceiptKey> {
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x = "" } = (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
  return {
    publicKey: await publicKeyOf(x),
    sign: async (text) => {
      return Buffer.from(await crypto.subtle.sign("Ed25519", key, Buffer.from(text, "ascii"))).toString("base64url");
    },
  };
}

/** RFC 7638 section 3: the required members, in the order of their names, without white space. */
export async function publicKeyOf(x: string): Promise<PublicKey> {
  const digest = await crypto.subtle.digest("SHA-256", Buffer.from(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`));
  return { kty: "OKP", crv: "Ed25519", use: "sig", kid: Buffer.from(digest).toString("base64url"), x };
}
