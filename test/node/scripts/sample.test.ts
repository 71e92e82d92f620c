import Papa from "papaparse";
import { expect, it } from "vitest";
import { sampleRecipients, toCsv } from "../../../scripts/sample.ts";

it("makes the same people at every call, each with an address and a name of their own", () => {
  const people = sampleRecipients(1_000);
  expect(people).toEqual(sampleRecipients(1_000));
  expect(new Set(people.map((one) => one.address)).size).toBe(1_000);
  expect(new Set(people.map((one) => `${one.area} ${one.username}`)).size).toBe(1_000);
});

it("writes CSV from which a reader gets the same people back, quotes and commas included", () => {
  const people = sampleRecipients(100);
  expect(people.some((one) => one.username.includes('"'))).toBe(true);
  expect(people.some((one) => one.username.includes(","))).toBe(true);
  expect(Papa.parse(toCsv(people), { header: true, skipEmptyLines: true }).data).toEqual(people);
});
