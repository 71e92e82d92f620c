import type { Api } from "./api.ts";

/** A link that signs a browser in once, as API_TOKEN. */
export async function signInLink(api: Api): Promise<string> {
  return (await api<{ url: string }>("POST", "/api/session/links")).url;
}
