import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressKey, checkAddress, wireAddress } from "../../src/recipients/address.ts";
import { formatMailbox, formatMailboxes, parseMailbox, parseMailboxes } from "../../src/recipients/mailbox.ts";

describe("an address", () => {
  it.each([
    ["li@example.com", "li@example.com"],
    ["Li.Lei+news@Example.COM", "Li.Lei+news@example.com"],
    ["o'brien!#$%&*/=?^_`{|}~-@example.co.uk", "o'brien!#$%&*/=?^_`{|}~-@example.co.uk"],
    ["root@localhost", "root@localhost"],
    ["a@bücher.example", "a@xn--bcher-kva.example"],
    ["李雷@例子.中国", "李雷@xn--fsqu00a.xn--fiqs8s"],
    ["a@1.example", "a@1.example"],
    [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
    ["ann..x@docomo.ne.jp", "ann..x@docomo.ne.jp"],
    ["ann.@docomo.ne.jp", "ann.@docomo.ne.jp"],
    [".ann@ezweb.ne.jp", ".ann@ezweb.ne.jp"],
    ['"ann..x"@docomo.ne.jp', "ann..x@docomo.ne.jp"],
    ['"ann"@example.com', "ann@example.com"],
    [`${"a".repeat(61)}.@example.com`, `${"a".repeat(61)}.@example.com`],
  ])("%s is taken", (given, taken) => {
    expect(checkAddress(given)).toEqual({ ok: true, value: taken });
  });

  it.each([
    "",
    "nobody",
    "@example.com",
    "a@",
    "a@b",
    "a@@example.com",
    "a@b@example.com",
    '"a@example.com',
    'a"@example.com',
    '"a"b"@example.com',
    '""@example.com',
    '"a\\"@example.com',
    `${"a".repeat(62)}.@example.com`,
    "a b@example.com",
    "a@exa mple.com",
    "<a@example.com>",
    "a@example.com>",
    '"a b"@example.com',
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@-example.com",
    "a@example-.com",
    "a@example..com",
    "a@example.com.",
    "a@exa_mple.com",
    "a@example.com:25",
    "a@例子.中国/x",
    "a@例%0d.example",
    "a,b@example.com",
    "a;b@example.com",
    "a@example.com\r\nRCPT TO:<b@example.com>",
    "a\r\n@example.com",
    "a\u0000@example.com",
    "a\u200b@example.com",
    "a\u2028@example.com",
    "a\ud800@example.com",
    "“a@example.com”",
    "‘a’@example.com",
    "«a»@example.com",
    "a@example.com）",
    `${"a".repeat(65)}@example.com`,
    `${"李".repeat(22)}@example.com`,
    `a@${"b".repeat(64)}.example`,
    `a@${"b.".repeat(130)}example`,
  ])("%j is refused", (given) => {
    expect(checkAddress(given).ok).toBe(false);
  });

  it.each([
    ["", "the address is empty"],
    ["nobody", "the address has no @"],
    ["user@@x.com", "the address has more than one @"],
    ["user@x@x.com", "the address has more than one @"],
    ["user＠x.com", "the address has ＠ in place of @"],
    ["@x.com", "there is nothing before the @"],
    ["user@", "there is nothing after the @"],
    ["us er@x.com", "the address has a space in it"],
    ["user@x .com", "the address has a space in it"],
    ["us\u3000er@x.com", "the address has a space in it"],
    [" user@x.com", "the address has a space or a line break around it"],
    ["user\n@x.com", "the address has a line break in it"],
    ["us\u200ber@x.com", "the address has a character in it that cannot be seen (U+200B)"],
    ["us\ud800er@x.com", "the address has a character in it that cannot be seen (U+FFFD)"],
    ["user@x", "x after the @ has no dot; expected a domain such as example.com"],
    ["user@x,com", "there is a comma after the @ where a dot belongs"],
    ["user@x，com", "there is a comma after the @ where a dot belongs"],
    ["user@x.com,", "the character , may not stand after the @"],
    ["user@x..com", "there are two dots in a row after the @"],
    ["user@.x.com", "there is a dot right after the @"],
    ["user@x.com.", "the address ends with a dot"],
    ["user@x_y.com", "the character _ may not stand after the @"],
    ["user@x.com:25", "the character : may not stand after the @"],
    ["user@-x.com", "a part of the domain begins or ends with a hyphen"],
    ["user@x.123", "the domain ends in a number; expected one such as example.com"],
    ["user@127.0.0.1", "the part after the @ is an IP address; expected a domain such as example.com"],
    ["user@[127.0.0.1]", "the part after the @ is an IP address; expected a domain such as example.com"],
    [`user@${"x".repeat(64)}.com`, "the domain is too long"],
    ["us,er@x.com", "the character , may not stand before the @"],
    ["us\\er@x.com", "the character \\ may not stand before the @"],
    ["a@x.com, b@x.com", "holds 2 addresses; expected one"],
    ["a@x.com;b@x.com；c@x.com", "holds 3 addresses; expected one"],
    ["User <user@x.com>", "the address has < or > in it; expected the address alone"],
    ["mailto:user@x.com", "the address begins with mailto:; expected the address alone"],
    ["“user@x.com”", "the address holds a quotation mark or bracket: “"],
    ["(user)@x.com", "the address holds a quotation mark or bracket: ("],
  ])("%j is refused, and told why", (given, error) => {
    expect(checkAddress(given)).toEqual({ ok: false, error });
  });

  it("that is taken can stand in an envelope, whatever was given", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("a", "@", ".", "<", "\r\n", " ", "é", "x.com"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const checked = checkAddress(parts.join(""));
        if (!checked.ok) return;
        expect(checked.value).toMatch(/^[^\s<>\p{C}]+@[a-z0-9.-]+$/u);
        expect(new TextEncoder().encode(checked.value).length).toBeLessThanOrEqual(254);
        expect(checkAddress(checked.value)).toEqual(checked);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is written with quotes where it is no dot-string, and comes back from that", () => {
    expect(wireAddress("ann..x@docomo.ne.jp")).toBe('"ann..x"@docomo.ne.jp');
    expect(wireAddress("ann.@docomo.ne.jp")).toBe('"ann."@docomo.ne.jp');
    expect(wireAddress("ann.x@docomo.ne.jp")).toBe("ann.x@docomo.ne.jp");
    expect(checkAddress(wireAddress(".ann@docomo.ne.jp"))).toEqual({ ok: true, value: ".ann@docomo.ne.jp" });
  });

  it("is the same without regard to case", () => {
    expect(addressKey("Li.Lei@example.com")).toBe(addressKey("li.lei@example.com"));
  });
});

describe("a mailbox", () => {
  it.each([
    ["li@example.com", { name: "", address: "li@example.com" }],
    ["<li@example.com>", { name: "", address: "li@example.com" }],
    ["Li Lei <li@Example.com>", { name: "Li Lei", address: "li@example.com" }],
    ['"Li, \\"Lei\\"" <li@example.com>', { name: 'Li, "Lei"', address: "li@example.com" }],
    ["李雷 <li@example.com>", { name: "李雷", address: "li@example.com" }],
    ["li@example.com <li@example.com>", { name: "li@example.com", address: "li@example.com" }],
    ['"li@example.com" <li@example.com>', { name: "li@example.com", address: "li@example.com" }],
    ['"Li, Lei" Zhang <li@example.com>', { name: "Li, Lei Zhang", address: "li@example.com" }],
    ['"<a@x>" <li@example.com>', { name: "<a@x>", address: "li@example.com" }],
    ["J. R. O'Neil (Sales) <li@example.com>", { name: "J. R. O'Neil (Sales)", address: "li@example.com" }],
    ["=?UTF-8?B?546L5bCP5piO?= <li@example.com>", { name: "王小明", address: "li@example.com" }],
    [
      "=?utf-8?q?Zo=C3=AB_O=27Neil?= the third <li@example.com>",
      { name: "Zoë O'Neil the third", address: "li@example.com" },
    ],
    ['"=?UTF-8?B?546L5bCP5piO?=" <li@example.com>', { name: "王小明", address: "li@example.com" }],
    ["=?GB2312?B?zfXQocP3?= <li@example.com>", { name: "王小明", address: "li@example.com" }],
    ["=?iso-8859-1*fr?Q?Andr=E9?= <li@example.com>", { name: "André", address: "li@example.com" }],
    // A character split between two words, and a space between two words.
    ["=?UTF-8?B?546L5bA=?= =?UTF-8?B?j+aYjg==?= <li@example.com>", { name: "王小明", address: "li@example.com" }],
    ["=?UTF-8?Q?a_?= =?iso-8859-1?Q?b=E9?= c <li@example.com>", { name: "a bé c", address: "li@example.com" }],
    ["=?nope?Q?a?= <li@example.com>", { name: "=?nope?Q?a?=", address: "li@example.com" }],
    ["=?UTF-8?Q?=FF?= <li@example.com>", { name: "=?UTF-8?Q?=FF?=", address: "li@example.com" }],
  ])("%s is read", (text, mailbox) => {
    expect(parseMailbox(text)).toEqual({ ok: true, value: mailbox });
  });

  it.each([
    "Li <li@example.com",
    "Li",
    "Li <nobody>",
    "Li\r\nBcc: x@example.com <li@example.com>",
    "Li\u0000 <li@example.com>",
    "li@example.com, lei@example.com",
    "<li@example.com> <lei@example.com>",
    "<li@example.com>, <lei@example.com>",
    "Li <li@example.com> Lei",
    "Li <<li@example.com>>",
    'Li" <li@example.com>',
    "li@example.com,",
    "",
    "=?UTF-8?Q?Li=0D=0ABcc:_x?= <li@example.com>",
    "=?UTF-8?B?TGkKQmNjOiB4?= <li@example.com>",
    "Li <li@example.com> <lei@example.com",
  ])("%j is refused", (text) => {
    expect(parseMailbox(text).ok).toBe(false);
  });

  it.each(["Li, Inc. <li@example.com>", "Lei, Li <li@example.com>"])(
    "with a comma in its name is told to quote it: %s",
    (text) => {
      expect(parseMailbox(text)).toEqual({
        ok: false,
        error: 'has a comma in a name, which needs quotes: "Name, more" <address>',
      });
    },
  );

  it("comes back from its text as it was", () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "L", " ", '"', "\\", ",", "<", ">", "李", "é", ".", "@"),
      maxLength: 30,
    });
    fc.assert(
      fc.property(name, (given) => {
        const mailbox = { name: given.trim(), address: "li@example.com" };
        expect(parseMailbox(formatMailbox(mailbox))).toEqual({ ok: true, value: mailbox });
      }),
    );
  });
});

describe("a list of mailboxes", () => {
  it("keeps each of them, and comes back from its text", () => {
    const given =
      'Help <help@example.com>, "Li, Lei" <li@example.com>,=?UTF-8?Q?Zo=C3=AB?= <zoe@example.com>, ann..x@docomo.ne.jp';
    const mailboxes = [
      { name: "Help", address: "help@example.com" },
      { name: "Li, Lei", address: "li@example.com" },
      { name: "Zoë", address: "zoe@example.com" },
      { name: "", address: "ann..x@docomo.ne.jp" },
    ];
    expect(parseMailboxes(given)).toEqual({ ok: true, value: mailboxes });
    expect(parseMailboxes(formatMailboxes(mailboxes))).toEqual({ ok: true, value: mailboxes });
  });

  it.each([
    "a@x.example b@x.example",
    "a@x.example; b@x.example",
    "a@x.example,, b@x.example",
    ",",
    "a@x.example,".repeat(2_000),
  ])("%.40s is refused", (text) => {
    expect(parseMailboxes(text)).toMatchObject({ ok: false, error: expect.any(String) });
  });
});
