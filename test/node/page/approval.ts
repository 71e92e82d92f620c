import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { world } from "./world.ts";

async function makeToken(name: string, scopes: readonly string[]): Promise<string> {
  return (await world().stack.api<{ token: string }>("POST", "/api/tokens", { name, scopes })).token;
}

it("a push that one token holds is approved by another that sees its mail; one that may only read sees it and why it cannot", async () => {
  const author = await makeToken("author", ["read", "write", "send"]);
  const approver = await makeToken("approver", ["read", "send"]);
  const looker = await makeToken("looker", ["read"]);
  const { stack } = world();
  const answer = await fetch(`${stack.url}/api/pushes`, {
    method: "POST",
    headers: { authorization: `Bearer ${author}`, "content-type": "application/json" },
    body: JSON.stringify({
      action: "mailpush",
      filter: { area: "south" },
      subject: "To be approved",
      html: "<p>Dear {{ username }}</p>",
      attachments: [{ filename: "prices.txt", contentType: "text/plain", contentBase64: "MTI=" }],
      hold: true,
    }),
  });
  const { id } = (await answer.json()) as { id: string };

  const reader = await openTab({ token: looker, at: `/pushes/${id}` });
  await reader.page.getByText("More here: needs a token with the scopes write and send").waitFor();
  await reader.page.getByText("<p>Dear {{ username }}</p>").waitFor();
  await reader.expectNoBarriers();
  await reader.page.goto("/tokens");
  await reader.page.getByText("Only API_TOKEN itself may see this.").waitFor();
  await reader.expectNoBarriers();
  await reader.close();

  const second = await openTab({ token: approver, causes: /409/ });
  const { page } = second;
  const composed: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/pushes/preview")) composed.push(request.postData() ?? "");
  });
  await page.getByRole("link", { name: /^Look, then approve.*To be approved/ }).click();
  await page.getByText(/nothing is sent until somebody approves it/).waitFor();
  const mail = page.frameLocator("iframe[title^='The mail to']:not([aria-hidden=true])");
  await mail.getByText("Dear Neighbour 0").waitFor();
  // Nobody's mail was shown before.
  expect(composed.filter((body) => !body.includes('"recipientId":'))).toEqual([]);
  await page.getByRole("button", { name: "Next ›" }).click();
  await mail.getByText("Dear Neighbour 1").waitFor();
  await page.getByRole("link", { name: "prices.txt" }).waitFor();
  await second.expectNoBarriers();
  await page.getByRole("button", { name: "Approve…" }).click();
  const dialog = page.getByRole("dialog");
  const act = dialog.getByRole("button", { name: "Approve", exact: true });
  await dialog.getByText(/^\d+ people match its audience by now/).waitFor();
  await second.expectNoBarriers();
  // The author changes the push while the dialog is open: this is not what the approver saw.
  await stack.api("PATCH", `/api/pushes/${id}`, { subject: "Changed meanwhile" });
  await page.getByText("Changed meanwhile").first().waitFor({ state: "attached" });
  await act.click();
  await dialog.getByText(/the content version is 2, not 1/).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Approve…" }).click();
  await act.click();
  await page.getByText(/^Finished at/).waitFor({ timeout: 120_000 });
  await page.getByText("approved it").waitFor();
  await second.close();
});
