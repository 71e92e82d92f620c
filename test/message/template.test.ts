import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Budget, MAX_WORK } from "../../src/message/liquid/budget.ts";
import { MailLiquid } from "../../src/message/liquid/engine.ts";
import { MAX_SUBJECT_CHARS, prepareTemplates, render } from "../../src/message/template/template.ts";
import {
  checkTemplate,
  MAX_TAG_PARTS,
  MAX_TEMPLATE_CHARS,
  MAX_TEMPLATE_DEPTH,
  MAX_TEMPLATE_TAGS,
} from "../../src/message/template/template-source.ts";
import { NEWSLETTER, READERS } from "./newsletter.ts";

const reader = {
  username: "<Bo>",
  address: "bo@example.com",
  area: "x",
  attributes: { list: [3, 1], huge: 2 ** 53, deep: { a: [{ b: 1 }] } },
};

function rendered(html: string, personal = reader) {
  const prepared = prepareTemplates({ subject: "s", html, text: "-" });
  if (!prepared.ok) throw new Error(prepared.error);
  return render(prepared.value, personal);
}

function htmlOf(html: string): string {
  const result = rendered(`${html}<img>`); // or it may show nothing
  if (!result.ok) throw new Error(result.error);
  return result.value.html.slice(0, -"<img>".length);
}

const EXPECTED = "expected username, address, area, attributes.NAME or unsubscribe_url";

describe("checking a template", () => {
  it.each([
    ["Hello {{ username", 'output "{{ username" not closed', 1, 7],
    ["a\n  {{ username | shout }}", "undefined filter: shout", 2, 3],
    ["a\n\n{% if area %}b", "tag {% if area %} not closed", 3, 1],
    ["{% endif %}", 'tag "endif" not found', 1, 1],
    ["{{ username | sha256 }}", "undefined filter: sha256", 1, 1],
    ["x {% nope %}", 'tag "nope" not found', 1, 3],
    ["Hello {{ name }}", `"name" is not known here: ${EXPECTED}`, 1, 10],
    ["a\n{% if attributes.plan == plan %}b{% endif %}", `"plan" is not known here: ${EXPECTED}`, 2, 26],
    ["{{ username | append: nick }}", `"nick" is not known here: ${EXPECTED}`, 1, 23],
  ])("%j is refused with the place", (source, message, line, column) => {
    expect(checkTemplate(source)).toEqual({ ok: false, error: { message, line, column } });
  });

  it.each([
    "{% assign a = username %}{% capture b %}{{ a }}{% endcapture %}{{ b }}{% increment c %}{{ c }}",
    "{% for i in attributes.list %}{{ i.name }} {{ forloop.index }}{% endfor %}",
    "{{ attributes['favourite colour'] | default: 'none' }}{{ attributes.deep.a[0].b }}",
  ])("%j speaks of nothing unknown", (source) => {
    expect(checkTemplate(source)).toMatchObject({ ok: true });
  });

  it("an unknown variable is found however many known ones stand before it", () => {
    const source = `${"{{ username }}\n".repeat(MAX_TEMPLATE_TAGS - 1)}{{ nick }}`;
    expect(checkTemplate(source)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('"nick" is not known'), line: MAX_TEMPLATE_TAGS, column: 4 },
    });
  });

  it("an unknown variable is found in a range, a path and an argument", () => {
    for (const source of [
      "{% for i in (1..nick) %}{% endfor %}",
      "{{ attributes[nick] }}",
      "{% cycle nick %}",
      "{% case area %}{% when nick %}{% endcase %}",
      "{% tablerow i in attributes.l cols: nick %}{% endtablerow %}",
      "{% for nick in attributes.l %}{% endfor %}{{ nick }}",
    ]) {
      expect(checkTemplate(source)).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('"nick" is not known') },
      });
    }
  });

  it.each([
    ["operators", (n: number) => `{% if username${" or username".repeat(n)} %}x{% endif %}`],
    ["operators after an else", (n: number) => `{% if a %}{% elsif username${" or username".repeat(n)} %}x{% endif %}`],
    ["filters", (n: number) => `{{ username${" | append: username".repeat(n)} }}`],
    ["arguments", (n: number) => `{{ username | append: username${", username".repeat(n)} }}`],
    ["cases", (n: number) => `{% case area %}{% when username${", username".repeat(n)} %}{% endcase %}`],
    ["turns", (n: number) => `{% cycle username${", username".repeat(n)} %}`],
    ["assigned operators", (n: number) => `{% assign x = username${" or username".repeat(n)} %}`],
    ["operators inside a block", (n: number) => `{% for i in area %}{{ i${" or username".repeat(n)} }}{% endfor %}`],
  ])("a tag of too many %s is a short refusal", (_, tag) => {
    const refused = checkTemplate(`\n${tag(24_000)}`);
    expect(refused).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(`over ${MAX_TAG_PARTS}`), line: 2 },
    });
    expect(prepareTemplates({ subject: "s", html: tag(24_000), text: null }).ok).toBe(false);
    expect(checkTemplate(tag(400).replace("if a ", "if area "))).toMatchObject({ ok: true });
  });

  it.each([
    "{% if username %}",
    "{% unless area %}",
    "{% for i in attributes.list %}",
    "{% case area %}{% when 'x' %}",
  ])("blocks nested beyond the stack are refused as such: %s", (open) => {
    const tag = /[a-z]+/.exec(open)?.[0];
    const source = `${open.repeat(3_000)}x${`{% end${tag} %}`.repeat(3_000)}`;
    expect(checkTemplate(source)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/nests too deep|over .* tags/) },
    });
  });

  it("the message of an error does not quote a whole template", () => {
    const refused = checkTemplate(`{% for ${"x".repeat(100_000)} %}{% endfor %}`);
    expect(!refused.ok && refused.error.message.length).toBeLessThan(300);
  });

  it("a name that is assigned from itself again and again does not add up", () => {
    const source = `{% assign a = attributes.x %}${"{% assign a = a.b %}".repeat(MAX_TEMPLATE_TAGS - 1)}`;
    const checked = checkTemplate(source);
    expect(checked.ok && Math.max(...checked.value.map(({ path }) => path.length))).toBeLessThan(50);
  });

  it.each(["include", "render", "layout"])("{%% %s %%} is refused: there are no files", (tag) => {
    const checked = checkTemplate(`one\n{% ${tag} 'secrets' %}`);
    expect(checked).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("no files"), line: 2, column: 1 },
    });
  });

  it.each([
    ["characters", "x".repeat(MAX_TEMPLATE_CHARS + 1)],
    ["tags", "{{a}}".repeat(MAX_TEMPLATE_TAGS + 1)],
    ["tags", `{%- liquid\n${"echo area\n".repeat(MAX_TEMPLATE_TAGS)}%}`],
    ["tags", "{% liquid\necho area\necho area %}".repeat(MAX_TEMPLATE_TAGS / 2)],
    ["deep", "{% if area %}".repeat(MAX_TEMPLATE_DEPTH + 1) + "{% endif %}".repeat(MAX_TEMPLATE_DEPTH + 1)],
    ["deep", "{% if area %}".repeat(9_000) + "{% endif %}".repeat(9_000)],
    ["deep", `{{ ${"area[".repeat(90_000)} }}`],
    ["deep", `{{ ${"area[".repeat(25)}area${"]".repeat(25)} }}`],
  ])("too many %s is a clear refusal", (word, source) => {
    expect(checkTemplate(source)).toMatchObject({ ok: false, error: { message: expect.stringContaining(word) } });
  });

  it("a template at the limits is taken, and renders", () => {
    const source = "{{ area }} ".repeat(MAX_TEMPLATE_TAGS).padEnd(MAX_TEMPLATE_CHARS - "<img>".length, "x");
    expect(checkTemplate(source)).toMatchObject({ ok: true });
    expect(htmlOf(source)).toHaveLength(source.length - MAX_TEMPLATE_TAGS * "{{ area }}".length + MAX_TEMPLATE_TAGS);
  });

  it("preparing names the template that is wrong", () => {
    const prepared = prepareTemplates({ subject: "{{ a | nope }}", html: "", text: null });
    expect(prepared).toEqual({ ok: false, error: "subject, line 1, column 1: undefined filter: nope" });
  });
});

describe("rendering", () => {
  it("escapes values in the html, and in the html alone", () => {
    const source =
      "{{ username }} {% echo username %} {% cycle username %} {{ username | raw }} {% capture c %}{{ username }}{% endcapture %}{{ c | raw }}";
    const prepared = prepareTemplates({ subject: "{{ username }}", html: source, text: "{{ username }}" });
    const result = prepared.ok && render(prepared.value, reader);
    expect(result).toMatchObject({
      ok: true,
      value: { subject: "<Bo>", html: "&lt;Bo&gt; &lt;Bo&gt; &lt;Bo&gt; <Bo> &lt;Bo&gt;", text: "<Bo>" },
    });
  });

  it("prints nothing for what is not there", () => {
    expect(htmlOf("[{{ nope }}{{ nope.x.y }}{{ attributes.a['b'] }}{{ attributes.list[9] }}{{ nil }}]")).toBe("[]");
  });

  it("reads into attributes", () => {
    expect(
      htmlOf(
        "{{ attributes.deep.a[0].b }}{{ attributes['list'][0] }}{{ attributes.list.size }}{{ attributes.list | sort | join: '-' }}",
      ),
    ).toBe("1321-3");
  });

  it.each([
    "{{ constructor }}{{ constructor.name }}{{ __proto__ }}{{ toString }}",
    "{{ username.constructor }}{{ username.__proto__ }}{{ attributes.constructor.constructor }}{{ attributes['__proto__'] }}",
    "{{ attributes.list.constructor }}{{ attributes.list.push }}{{ empty.constructor }}{{ nil.valueOf }}",
    "{% for i in (1..1) %}{{ forloop.constructor }}{{ forloop.__proto__ }}{{ forloop.next }}{% endfor %}",
    "{{ attributes | map: 'constructor' }}{{ attributes.list | where: '__proto__' | first }}",
    "{% assign key = attributes.list %}{{ attributes[key] }}",
  ])("reaches no prototype: %s", (source) => {
    expect(htmlOf(source)).toBe("");
  });

  it.each([
    ["{{ attributes.deep }}", "it prints an object: name one of its values, or use | json"],
    ["{{ attributes.deep.a }}", "it prints an object: name one of its values, or use | json"],
    ["{{ 5 | divided_by: 0 }}", "it prints Infinity, which is no number"],
    ["{{ 5 | modulo: 0 }}", "it prints NaN, which is no number"],
  ])("%s fails the mail rather than show its readers what is no text", (source, message) => {
    expect(rendered(source)).toEqual({ ok: false, error: `html, line 1, column 1: ${message}` });
    expect(htmlOf("{{ attributes.deep | json }}")).toBe("{&#34;a&#34;:[{&#34;b&#34;:1}]}");
  });

  it("one recipient's rendering leaves nothing behind for the next", () => {
    const source =
      "{% increment username %}{% increment n %}{% assign area = 'changed' %}{% assign l = attributes.list | push: 5 %}";
    expect([htmlOf(source), htmlOf(source)]).toEqual(["00", "00"]);
    expect(reader).toMatchObject({ username: "<Bo>", area: "x", attributes: { list: [3, 1] } });
  });

  it("a subject that a value makes too long fails that recipient's mail", () => {
    const prepared = prepareTemplates({ subject: "Hi {{ username }}", html: "", text: null });
    const long = prepared.ok && render(prepared.value, { ...reader, username: "x".repeat(MAX_SUBJECT_CHARS) });
    expect(long).toEqual({ ok: false, error: `subject: it is over ${MAX_SUBJECT_CHARS} characters long` });
  });

  it("a value that a filter cannot take fails that recipient's mail, with the place", () => {
    expect(rendered("a\n {{ '%' | url_decode }}")).toEqual({
      ok: false,
      error: "html, line 2, column 2: URI malformed",
    });
  });
});

describe("with a clock that stands still", () => {
  beforeEach(() => {
    vi.spyOn(performance, "now").mockReturnValue(0);
    vi.spyOn(Date, "now").mockReturnValue(0);
  });
  afterEach(() => vi.restoreAllMocks());

  const doubled = (start: string, step: string) =>
    `{% assign a = ${start} %}{% for i in (1..99) %}${step}{% endfor %}{{ a }}`;
  it.each([
    ["a long range", "{% for i in (1..1000000000) %}x{% endfor %}"],
    ["a long range, though limited", "{% for i in (1..1000000000) limit: 1 %}x{% endfor %}"],
    ["a long range from its end", "{% for i in (1..1000000000) reversed %}x{% endfor %}"],
    ["a range in an output", "{{ (1..1000000000) | join: '' }}"],
    ["a range that counting never ends", "{% for i in (9007199254740992..9007199254740994) %}{% endfor %}"],
    [
      "the same by a value",
      "{% assign b = attributes.huge | plus: 2 %}{% for i in (attributes.huge..b) %}{% endfor %}",
    ],
    ["the same in a path", "{{ attributes.list | where: 'a[(9007199254740992..9007199254740994)]' }}"],
    ["an endless range", "{% assign b = 1 | divided_by: 0 %}{% for i in (1..b) %}{% endfor %}"],
    ["loops in loops", "{% for i in (1..9999) %}{% for j in (1..9999) %}{% endfor %}{% endfor %}"],
    ["a table", "{% tablerow i in (1..1000000000) %}x{% endtablerow %}"],
    ["rows in rows", "{% tablerow i in (1..9999) %}{% tablerow j in (1..9999) %}x{% endtablerow %}{% endtablerow %}"],
    ["append", doubled("'xx'", "{% assign a = a | append: a %}")],
    ["prepend in text", doubled("'xx'", "{% assign a = a | prepend: a %}")],
    ["replace", doubled("'xx'", "{% assign a = a | replace: 'x', a %}")],
    ["join", doubled("'xx'", "{% assign a = a | split: '' | join: a %}")],
    ["split", doubled("'x'", "{% assign a = a | append: a %}{% assign b = a | split: '' %}")],
    ["concat", doubled("'x' | split: ''", "{% assign a = a | concat: a %}")],
    ["an array that holds itself twice", doubled("'x' | split: ''", "{% assign a = a | push: a %}")],
    ["capture", "{% assign a = 'xx' %}{% for i in (1..99) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}"],
    ["output", "{% assign a = attributes.long %}{% for i in (1..99999) %}{{ a }}{% endfor %}"],
    [
      "deep comparisons",
      doubled(
        "'x' | split: ''",
        "{% if forloop.index < 9 %}{% assign a = a | push: a %}{% endif %}{% for j in (1..9999) %}{% if a == a %}{% endif %}{% case a %}{% when a %}{% endcase %}{% endfor %}",
      ),
    ],
    ["padding of dates", "{{ 0 | date: '%1000000000Y' }}"],
    ["dates", "{% for i in (1..99999) %}{{ i | date: '%A', 'Asia/Shanghai' }}{% endfor %}"],
    [
      "conditions that are never met",
      `{% for i in (1..9999) %}{% if false %}${"{% elsif false %}".repeat(9_999)}{% endif %}{% endfor %}`,
    ],
    ["long literals", `{% for i in (1..99999) %}{% if "${"x".repeat(200_000)}" contains "y" %}{% endif %}{% endfor %}`],
    ["slicing", "{{ username | slice: 0, 1000000000 }}"],
    [
      "rounding",
      "{% for i in (1..9999) %}{{ i | json: 10 | times: 3 | round: 300 | split: '' | reverse | join: ', ' | escape | url_encode }}{% endfor %}",
    ],
  ])("%s ends, and says why", (_, source) => {
    const result = rendered(source, {
      ...reader,
      attributes: { ...reader.attributes, long: "x".repeat(16_000) },
    } as typeof reader);
    expect(result).toMatchObject({
      ok: false,
      error: expect.stringMatching(
        /^html, line 1, column \d+: (it does too much|it grows over|it captures over|it nests|a range runs past)/,
      ),
    });
  });

  it("a digest of a hundred items with links and dates, and a newsletter of 100 KB, stay far below the limit", () => {
    const items = Array.from({ length: 100 }, (_, i) => ({ id: i, title: `Item ${i}`, price: i, at: "2026-01-01" }));
    const digest = `<ul>{% for i in attributes.items %}<li><a href="https://example.com/{{ i.id }}?u={{ address | url_encode }}">
      <b>{{ i.title | upcase }}</b> {{ i.price | times: 1.2 | round: 2 }} {{ i.at | date: "%A, %B %d, %Y" }}
      {% if i.price > 50 and area != "x" %}Sale!{% endif %}</a></li>{% endfor %}</ul>`;
    for (const [html, attributes] of [
      [digest, { items }],
      [NEWSLETTER.repeat(100), READERS[0]?.attributes],
    ] as const) {
      const budget = new Budget();
      const liquid = new MailLiquid("html");
      liquid.renderWithin(budget, liquid.parse(html), { ...reader, attributes }, "UTC");
      expect(budget.spent * 4).toBeLessThan(MAX_WORK);
      const prepared = prepareTemplates({ subject: "s", html, text: null });
      expect(
        prepared.ok && render(prepared.value, { ...reader, attributes } as unknown as typeof reader),
      ).toMatchObject({
        ok: true,
      });
    }
  });

  it("the output of a mail is bounded in bytes, each part by itself", () => {
    const part = (chars: number) => `{{ attributes.text }}${"x".repeat(chars)}`;
    const mail = (html: string, text: string, value = "é") => {
      const prepared = prepareTemplates({ subject: "s", html, text }, { maxBytes: 1_000, timeZone: "UTC" });
      return prepared.ok
        ? render(prepared.value, { ...reader, attributes: { text: value } } as unknown as typeof reader)
        : prepared;
    };
    expect(mail(part(998), part(998))).toMatchObject({ ok: true });
    expect(mail(part(999), "-")).toMatchObject({ ok: false, error: expect.stringContaining("over 1000 bytes") });
    expect(mail("h", part(999))).toMatchObject({ ok: false, error: expect.stringContaining("over 1000 bytes") });
    expect(mail("é".repeat(501), "-")).toMatchObject({ ok: false, error: "html: it is over 1000 bytes" });
    expect(mail("{% capture a %}{{ attributes.text }}{% endcapture %}x", "-", "é".repeat(501))).toMatchObject({
      ok: false,
    });
  });

  it("a rendering says what work it was, and a fixed part is none", () => {
    const work = (html: string, text: string | null) => {
      const prepared = prepareTemplates({ subject: "s", html, text });
      const result = prepared.ok ? render(prepared.value, reader) : prepared;
      return result.ok ? result.value.work : Number.NaN;
    };
    expect(work("<p>fixed</p>".repeat(1_000), null)).toBe(0);
    expect(work("{{ username }}", "-")).toBeGreaterThan(0);
    expect(work("{% for i in (1..1000) %}{{ i }}{% endfor %}", "-")).toBeGreaterThan(10_000);
    // Not convertible beforehand: each mail's html is converted.
    expect(
      work(`<ol>{% for i in (1..2) %}<li>${"x".repeat(2_000)}{{ username }}</li>{% endfor %}</ol>`, null),
    ).toBeGreaterThan(10_000);
  });

  it("an html that cannot be converted beforehand, but is the same for all, is converted once", () => {
    const html = `<ol>{% for i in (1..2) %}<li>${"x".repeat(2_000)}</li>{% endfor %}</ol>`;
    const prepared = prepareTemplates({ subject: "{{ username }}", html, text: null });
    const [first, second] = ["Bo", "Al"].map((username) =>
      prepared.ok ? render(prepared.value, { ...reader, username }) : prepared,
    );
    if (!first?.ok || !second?.ok) throw new Error("it does not render");
    expect(second.value.text).toBe(first.value.text);
    expect(second.value.work).toBeLessThan(first.value.work / 3);
  });
});

it("the newsletter renders for everybody", () => {
  const prepared = prepareTemplates({ subject: "For {{ username }}", html: NEWSLETTER, text: null });
  for (const personal of READERS) {
    const result = prepared.ok && render(prepared.value, personal);
    expect(result).toMatchObject({ ok: true, value: { subject: `For ${personal.username}` } });
  }
});

describe("unsubscribe_url", () => {
  const links = { unsubscribe_url: "https://mail.example.com/u/p.7.mac" };
  const leave = '<p>Enough? <a href="{{ unsubscribe_url }}">Leave</a></p>';

  it("is a variable, in the html and the text made of it", () => {
    const prepared = prepareTemplates({ subject: "s", html: leave, text: null });
    const result = prepared.ok ? render(prepared.value, reader, links) : prepared;
    expect(result).toMatchObject({
      ok: true,
      value: { html: expect.stringContaining(`href="${links.unsubscribe_url}"`) },
    });
    expect(result.ok && result.value.text).toContain(links.unsubscribe_url);
    expect(checkTemplate(leave)).toMatchObject({ ok: true });
  });

  it("is made only where a template uses it", () => {
    const untouched = {
      get unsubscribe_url(): string {
        throw new Error("made");
      },
    };
    const prepared = prepareTemplates({ subject: "s", html: "<p>{{ username }}!</p>", text: null });
    expect(prepared.ok && render(prepared.value, reader, untouched).ok).toBe(true);
  });
});
