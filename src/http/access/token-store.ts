import { SCOPES, type Scope } from "./caller.ts";

// Tokens in D1. Only a token's SHA-256 is stored: 256 random bits need neither salt nor a slow hash.

const RANDOM_BYTES = 32;
const FORM = /^mp_[A-Za-z0-9_-]{43}$/;
const PREFIX_CHARACTERS = 9;

/** A stored token, without the secret. Times in epoch milliseconds. */
export interface KnownToken {
  readonly id: string;
  readonly name: string;
  /** The secret's first characters, for people to tell tokens apart. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  /** null: never. */
  readonly expiresAt: number | null;
  /** To the minute; null: never used. */
  readonly lastUsedAt: number | null;
}

export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
}

/** A new secret: `mp_` and 256 random bits in base64url. */
export function newSecret(): string {
  return `mp_${randomText()}`;
}

/** 256 random bits in base64url. */
export function randomText(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))).toString("base64url");
}

/** Whether a text has a secret's form: nothing else is looked up. */
export function isSecret(text: string): boolean {
  return FORM.test(text);
}

/** SHA-256 in hex. */
export async function hashOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return Buffer.from(digest).toString("hex");
}

/** Stores a token with its secret. A token with this id keeps what it has: false. */
export async function addToken(db: D1Database, token: NewToken, secret: string, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO tokens (id, name, hash, prefix, scopes, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (id) DO NOTHING`,
    )
    .bind(
      token.id,
      token.name,
      await hashOf(secret),
      secret.slice(0, PREFIX_CHARACTERS),
      JSON.stringify(token.scopes),
      now,
      token.expiresAt,
    )
    .run();
  return meta.changes > 0;
}

const COLUMNS = `id, name, prefix, scopes, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt`;

type Row = Omit<KnownToken, "scopes"> & { readonly scopes: string };

/** Null if there is none; an expired one is found. */
export async function findToken(db: D1Database, id: string): Promise<KnownToken | null> {
  return known(await db.prepare(`SELECT ${COLUMNS} FROM tokens WHERE id = ?1`).bind(id).first<Row>());
}

/** The token with this secret, given as `hashOf` it; null: none. */
export async function findByHash(db: D1Database, hash: string): Promise<KnownToken | null> {
  return known(await db.prepare(`SELECT ${COLUMNS} FROM tokens WHERE hash = ?1`).bind(hash).first<Row>());
}

/** The token with this id, and its secret as `hashOf` it; null: none. */
export async function findWithHash(db: D1Database, id: string): Promise<{ token: KnownToken; hash: string } | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS}, hash FROM tokens WHERE id = ?1`)
    .bind(id)
    .first<Row & { hash: string }>();
  if (row === null) return null;
  const { hash, ...token } = row;
  return { token: tokenOf(token), hash };
}

/** Oldest first, after the id `after`. */
export async function listTokens(db: D1Database, after: string, limit: number): Promise<KnownToken[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM tokens WHERE id > ?1 ORDER BY id LIMIT ?2`)
    .bind(after, limit)
    .all<Row>();
  return results.map(tokenOf);
}

/** Whether the token was there. */
export async function removeToken(db: D1Database, id: string): Promise<boolean> {
  return (await db.prepare("DELETE FROM tokens WHERE id = ?1").bind(id).run()).meta.changes > 0;
}

/** Notes a use, unless a later one is noted. */
export async function noteUse(db: D1Database, id: string, now: number): Promise<void> {
  await db
    .prepare("UPDATE tokens SET last_used_at = ?2 WHERE id = ?1 AND coalesce(last_used_at, 0) < ?2")
    .bind(id, now)
    .run();
}

function known(row: Row | null): KnownToken | null {
  return row === null ? null : tokenOf(row);
}

function tokenOf(row: Row): KnownToken {
  const given: unknown[] = JSON.parse(row.scopes);
  return { ...row, scopes: SCOPES.filter((scope) => given.includes(scope)) };
}
