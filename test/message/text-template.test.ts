import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlToText, tidyText } from "../../src/message/template/plain-text.ts";
import { prepareTemplates, render } from "../../src/message/template/template.ts";
import { textTemplate } from "../../src/message/template/text-template.ts";
import { NEWSLETTER, READERS } from "./newsletter.ts";

/** The text as the template gives it, and as converting each mail's html would. */
function bothTexts(html: string, personal = READERS[0] as (typeof READERS)[0]): [string, string] {
  const prepared = prepareTemplates({ subject: "s", html, text: null });
  if (!prepared.ok) throw new Error(prepared.error);
  const result = render(prepared.value, personal);
  if (!result.ok && result.error.includes("it is empty")) return ["", ""];
  if (!result.ok) throw new Error(result.error);
  return [result.value.text, tidyText(htmlToText(result.value.html))];
}

describe("a text made of the html", () => {
  it("reads as a text", () => {
    const [text] = bothTexts(NEWSLETTER);
    expect(text).toBe(`Hello 王小明!

You are one of our readers in Beijing & we have news <for you>.

As a gold member you get 20\u00a0% off.

 * First & best [https://example.com/item/1?u=xiaoming%40example.com]
 * 第二 [https://example.com/item/2?u=xiaoming%40example.com]

{ curly } {{ braces }}

Have a look, 王小明 [https://example.com/zh]

See you soon,
the team

This mail went to xiaoming@example.com.
`);
  });

  it.each([
    ["the newsletter", NEWSLETTER],
    ["one line", "Hi {% if area == 'beijing' %}<b>x</b>{% else %}y{% endif %} there, {{ username }}"],
    [
      "assign in the head",
      "{% assign n = username | upcase %}<html><head><title>{{ n }}</title></head><body><p>{{ n }}</p></body></html>",
    ],
    [
      "rows",
      "<table>{% for i in attributes.items %}<tr class=\"{% cycle 'a', 'b' %}\"><td>{{ i.id }}</td><td>{{ i.title }}</td></tr>{% endfor %}</table>",
    ],
    ["case", "<div>{% case area %}{% when 'beijing' %}<p>B</p>{% else %}<p>C</p>{% endcase %}</div>"],
    ["conditional attributes", "<p {% if area %}class=x{% endif %} title='{{ username }}'>a</p>"],
    ["Liquid with angle brackets", "<p>{% if attributes.items.size > 1 and 1 < 2 %}many{% endif %}</p>"],
    ["braces", "<p>{ {% if area %}{{ '{{' }}{% endif %} &#123;% x %} }</p>"],
    ["loops in paragraphs", "<p>a</p>{% for i in attributes.items %}<p>{{ i.title }}</p>{% endfor %}<p>z</p>"],
  ])("is converted once: %s", (_, html) => {
    expect(textTemplate(html)).not.toBeNull();
    for (const personal of READERS) {
      const [text, converted] = bothTexts(html, personal);
      expect(text).toBe(converted);
    }
  });

  it.each([
    ["values that bring markup", "<p>{{ username | raw }}</p>"],
    ["half a link", "{% if area %}<a href=x>{% else %}<a href=y>{% endif %}t</a>"],
    ["a link for some", "<a {% if area %}href=x{% endif %}>t</a>"],
    ["numbered items", "<ol>{% for i in attributes.items %}<li>{{ i.title }}</li>{% endfor %}</ol>"],
    ["conditions in quotations", "<blockquote>{% if area %}<p>a</p>{% endif %}<p>b</p></blockquote>"],
    ["raw", "{% raw %}{{ username }}{% endraw %}"],
    ["tags that make tags", "<h{{ 1 }}>x</h1>"],
    ["what hides in comments", "<!--{% if attributes.quiet %}-->a<!--{% endif %}-->b"],
    ["an assign that the text would miss", "<p>{{ n }}</p><style>{% assign n = 1 %}</style><p>{{ n }}</p>"],
    ["our own marks", "<p>\ue0000\ue001 {{ username }}</p>"],
  ])("is converted for each recipient: %s", (_, html) => {
    expect(textTemplate(html)).toBeNull();
    for (const personal of READERS) {
      const [text, converted] = bothTexts(html, personal);
      expect(text).toBe(converted);
    }
  });

  it("says what the html says, whatever is put together", () => {
    const inline = fc.constantFrom(
      "a",
      " ",
      "<b>b</b>",
      "{{ username }}",
      "{",
      "&lt;",
      "<br>",
      "<a href='/{{ area }}'>l</a>",
      "{% if attributes.quiet %}q{% else %}n{% endif %}",
    );
    const block = inline.map((text) => `<p>${text}</p>`);
    const html = fc
      .array(
        fc.oneof(
          inline,
          block,
          fc
            .tuple(
              fc.constantFrom("if area == 'paris'", "unless attributes.dark", "for i in (1..2)"),
              fc.array(fc.oneof(inline, block), { maxLength: 4 }),
            )
            .map(([tag, parts]) => `{% ${tag} %}${parts.join("")}{% end${tag.split(" ")[0]} %}`),
          fc.constantFrom("{% if area %}<div>", "</div>{% endif %}", "<ul>", "</ul>", "<td>", "<!--", "-->"),
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(html, fc.constantFrom(...READERS), (source, personal) => {
        if (!prepareTemplates({ subject: "s", html: source, text: null }).ok) return;
        const [text, converted] = bothTexts(source, personal).map((each) => each.replace(/\s+/g, ""));
        expect(text).toBe(converted);
      }),
      { numRuns: 1000 },
    );
  });

  it("does not take long over html that never closes", () => {
    expect(textTemplate("<b>".repeat(30_000))).toBe("");
    expect(textTemplate("<b>{{ username }}".repeat(5_000))).toContain("{{ username }}");
  });
});
