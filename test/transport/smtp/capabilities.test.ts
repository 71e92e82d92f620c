import { expect, it } from "vitest";
import { capabilitiesOf, NO_CAPABILITIES } from "../../../src/transport/smtp/capabilities.ts";

const offered = (...lines: string[]) =>
  capabilitiesOf({ code: 250, enhanced: null, text: ["relay.example", ...lines].join("\n") });

it("reads what Postfix offers", () => {
  const lines = [
    "PIPELINING",
    "SIZE 10240000",
    "ETRN",
    "STARTTLS",
    "AUTH PLAIN LOGIN",
    "8BITMIME",
    "SMTPUTF8",
    "CHUNKING",
    "DSN",
  ];
  expect(offered(...lines)).toEqual({
    pipelining: true,
    chunking: true,
    startTls: true,
    eightBitMime: true,
    smtpUtf8: true,
    size: true,
    sizeLimit: 10_240_000,
    dsn: true,
    auth: ["PLAIN", "LOGIN"],
  });
});

it("reads keywords in any case, and AUTH as old servers write it", () => {
  expect(offered("pipelining", "Auth=login plain", "AUTH PLAIN").auth).toEqual(["LOGIN", "PLAIN"]);
  expect(offered("pipelining").pipelining).toBe(true);
});

it("knows no limit where SIZE gives none", () => {
  for (const line of ["SIZE", "SIZE 0", "SIZE many"]) {
    expect(offered(line)).toMatchObject({ size: true, sizeLimit: null });
  }
});

it("takes the greeting line for no keyword", () => {
  expect(capabilitiesOf({ code: 250, enhanced: null, text: "PIPELINING" })).toEqual(NO_CAPABILITIES);
});
