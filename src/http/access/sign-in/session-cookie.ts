import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";

const NAME = "mailpush";
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The value of the session's cookie; undefined: there is none. */
export function sessionCookie(context: Context): string | undefined {
  return isPlainLoopback(context.req.url) ? getCookie(context, NAME) : getCookie(context, NAME, "host");
}

/** Sets the session's cookie, `__Host-mailpush`. @param seconds how long it is kept; 0: it is removed */
export function setSessionCookie(context: Context, value: string, seconds: number): void {
  const common = { path: "/", httpOnly: true, sameSite: "Strict", maxAge: seconds } as const;
  if (isPlainLoopback(context.req.url)) setCookie(context, NAME, value, common);
  else setCookie(context, NAME, value, { ...common, prefix: "host", secure: true });
}

/** Safari takes no Secure cookie over http, not even from this machine; the prefix requires Secure. */
function isPlainLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && LOOPBACK.test(hostname);
}
