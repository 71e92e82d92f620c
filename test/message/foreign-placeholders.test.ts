import { describe, expect, it } from "vitest";
import { foreignPlaceholders } from "../../src/message/template/foreign-placeholders.ts";

const foundIn = (html: string) =>
  foreignPlaceholders({ subject: "s", html, text: null }).flatMap(({ placeholders }) => placeholders);

describe("a placeholder of another system", () => {
  it.each([
    "%%name%%",
    "%%=v(@FirstName)=%%",
    "*|FNAME|*",
    "*|IF:FNAME|*",
    "[[name]]",
    "[[ First Name ]]",
    "[[姓名]]",
    "{$name}",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder itself
    "${user.name}",
    "#{name}",
    "%FIRSTNAME%",
    "%recipient.name%",
    "<%= name %>",
  ])("is found: %s", (placeholder) => {
    expect(foundIn(`<p>Dear ${placeholder}, hello</p>`)).toEqual([placeholder]);
  });

  it.each([
    "Dear {{ username }}, {% if attributes.plan %}{{ attributes.plan | default: '[[none]]' }}{% endif %}",
    "100%% sure, 5 * 3 | 2 * 4, [1], [[1]], $5 {now}, #{}",
    '<a href="https://example.com/?q=%ABCDEF%20x%E4%BD%A0">x</a><!--[if mso]><p>x</p><![endif]-->',
    "<style>a{color:#fff}@media (max-width:100%){b{width:50%}}</style>",
    "%%{{ username }}%%",
  ])("is not what only looks like one: %s", (html) => {
    expect(foundIn(html)).toEqual([]);
  });

  it("is named once for each template that has it", () => {
    expect(
      foreignPlaceholders({ subject: "*|A|*", html: "[[b]] [[b]]", text: "{$c}", headers: { "X-Plan": "%%d%%" } }),
    ).toEqual([
      { template: "subject", placeholders: ["*|A|*"] },
      { template: "html", placeholders: ["[[b]]"] },
      { template: "text", placeholders: ["{$c}"] },
      { template: 'headers["X-Plan"]', placeholders: ["%%d%%"] },
    ]);
  });
});
