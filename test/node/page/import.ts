import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { world } from "./world.ts";

it("a GBK file with semicolons is imported as found, and the row that cannot be taken is named with its line", async () => {
  const tab = await openTab({ at: "/recipients/import" });
  const { page } = tab;
  const people = Array.from({ length: 30 }, (_, n) => `wang${n}@example.net;王伟${n};华北;${n % 2 ? "天津" : "北京"}`);
  const lines = ["邮箱;姓名;地区;城市", ...people, "not-an-address;李娜;华北;北京"];
  const file = { name: "读者.csv", mimeType: "text/csv", buffer: gbk(`${lines.join("\r\n")}\r\n`) };
  await page.locator("input[type=file]").first().setInputFiles(file);
  await page.getByText("王伟0").first().waitFor();
  expect(await page.getByLabel("Encoding").locator("option:checked").textContent()).toMatch(/^GB/);
  expect(await page.getByLabel("Separator").locator("option:checked").textContent()).toContain(";");
  await tab.expectNoBarriers();
  await page.getByLabel("What 邮箱 becomes").selectOption({ label: "address" });
  await page.getByLabel("What 姓名 becomes").selectOption({ label: "name" });
  await page.getByLabel("What 地区 becomes").selectOption({ label: "area" });
  await page.getByRole("button", { name: /^Import (about )?31 rows$/ }).click();
  await page.getByText("Imported 读者.csv").first().waitFor();
  await page.getByRole("heading", { name: "1 row not taken" }).waitFor();
  await page.getByText("not-an-address").first().waitFor();
  await tab.expectNoBarriers();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save them as CSV" }).click();
  expect(await (await saved).failure()).toBe(null);
  const { data } = await world().stack.api<{ data: object[] }>("GET", "/api/recipients?search=wang1@");
  expect(data).toMatchObject([
    { address: "wang1@example.net", username: "王伟1", area: "华北", attributes: { 城市: "天津" } },
  ]);
  await tab.close();
});

it("a file that is dropped where nothing takes it, or over a dialog, takes nothing away of what is typed", async () => {
  const tab = await openTab({ at: "/templates/new" });
  const { page } = tab;
  await page.getByLabel("HTML").waitFor();
  expect(await page.evaluate(DROP)).toBe(true);
  await page.goto("/recipients?area=south");
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Address", { exact: true }).fill("typed@example.com");
  expect(await page.evaluate(DROP)).toBe(true);
  expect(await page.getByLabel("Address", { exact: true }).inputValue()).toBe("typed@example.com");
  await page.keyboard.press("Escape");
  await page.evaluate(DROP);
  await page.getByRole("heading", { name: "Import recipients" }).waitFor();
  await page.getByText("One file at a time: this is one.csv.").waitFor();
  await tab.close();
});

/** Drops two files; whether the browser is kept from opening them. */
const DROP = `(() => {
  const dataTransfer = new DataTransfer();
  for (const name of ["one.csv", "two.csv"]) dataTransfer.items.add(new File(["mail\\na@example.com\\n"], name));
  return !dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
})()`;

const PAIRS = new Map<string, readonly [number, number]>();
for (let first = 0x81; first <= 0xfe; first++) {
  for (let second = 0x40; second <= 0xfe; second++) {
    PAIRS.set(new TextDecoder("gbk").decode(Uint8Array.of(first, second)), [first, second]);
  }
}

/** Node decodes GBK, and does not encode it. */
function gbk(text: string): Buffer {
  return Buffer.from([...text].flatMap((letter) => PAIRS.get(letter) ?? [letter.charCodeAt(0)]));
}
