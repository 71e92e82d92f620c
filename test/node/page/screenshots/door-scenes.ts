import type { Scene } from "./scenes.ts";

/** Before one is signed in, and what the top bar holds. */
export function doorScenes(): readonly Scene[] {
  return [
    { name: "sign-in", at: "/", scopes: [] },
    {
      name: "sign-in, wrong",
      at: "/",
      scopes: [],
      act: async (page) => {
        await page.locator("input").fill("not a token");
        await page.locator("form .button").click();
        await page.locator(".field-error").waitFor();
      },
    },
    { name: "sign-in, used link", at: "/signin#used", scopes: [] },
    { name: "account", at: "/", act: (page) => page.locator(".account").click() },
    { name: "account, read only", at: "/", scopes: ["read"], act: (page) => page.locator(".account").click() },
  ];
}
