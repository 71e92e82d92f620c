import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import type { Certificates, KeyPair } from "../transport/smtp/certificates.ts";

const DAY_MS = 86_400_000;
const EC = { keyType: "ec", algorithm: "sha256" } as const;

/**
 * Makes an authority and certificates, and names the authority in NODE_EXTRA_CA_CERTS. That has to be done before
 * Miniflare is loaded: it hands to the local runtime what it finds there at that moment.
 */
export async function certify(): Promise<Certificates> {
  const [authority, stranger] = await Promise.all([
    makeAuthority("Test authority"),
    makeAuthority("Unknown authority"),
  ]);
  const folder = mkdtempSync(join(tmpdir(), "mailpush-"));
  folders.add(folder);
  process.once("exit", removeAuthorities);
  const file = join(folder, "authority.pem");
  writeFileSync(file, authority.cert);
  process.env.NODE_EXTRA_CA_CERTS = file;
  const [trusted, otherHost, expired, unknown] = await Promise.all([
    issue(authority, "localhost"),
    issue(authority, "elsewhere.example"),
    issue(authority, "localhost", Date.now() - DAY_MS),
    issue(stranger, "localhost"),
  ]);
  return { trusted, otherHost, expired, unknown };
}

const folders = new Set<string>();

/** Removes what `certify` has written. At exit it is done anyway, but vitest lets no worker of its own come to that. */
export function removeAuthorities(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

async function makeAuthority(name: string): Promise<KeyPair> {
  const extensions = [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ] as const;
  return pairOf(await generate([{ name: "commonName", value: name }], { ...EC, extensions: [...extensions] }));
}

/** A certificate for this host, good for the ten days before `until`. */
async function issue(authority: KeyPair, host: string, until = Date.now() + DAY_MS): Promise<KeyPair> {
  const made = await generate([{ name: "commonName", value: host }], {
    ...EC,
    ca: authority,
    notBeforeDate: new Date(until - 10 * DAY_MS),
    notAfterDate: new Date(until),
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
    ],
  });
  return pairOf(made);
}

function pairOf(made: Awaited<ReturnType<typeof generate>>): KeyPair {
  return { key: made.private, cert: made.cert };
}
