import { describe, expect, it } from "vitest";
import { missingAttributes } from "../../src/message/template/attributes-used.ts";

const PEOPLE = [
  { city: "Paris", plan: { name: "gold" }, items: [1], empty: "", "first name": "Bo" },
  { city: " ", plan: {}, items: [], empty: null },
  { plan: "gold" },
];

const missing = (html: string, subject = "s") =>
  missingAttributes({ subject, html, text: null }, PEOPLE).map(({ attribute, have }) => `${attribute} ${have}`);

describe("an attribute that recipients lack", () => {
  it.each([
    ["{{ attributes.plna }}", "attributes.plna 0"],
    ["{{ attributes.city }}", "attributes.city 1"],
    ["{{ attributes.city | upcase }}", "attributes.city 1"],
    ["{{ attributes['city'] }}{% echo attributes.city %}", "attributes.city 1"],
    ["{{ attributes.plan.name }}", "attributes.plan.name 1"],
    ["{{ attributes.plan.nmae }}", "attributes.plan.nmae 0"],
    // Two have an object, which cannot be printed.
    ["{{ attributes.plan }}", "attributes.plan 1"],
    ["{{ attributes['first name'] }}", 'attributes["first name"] 1'],
    ["{{ attributes.items[0] }}", "attributes.items[0] 1"],
    ["{{ attributes.empty }}", "attributes.empty 0"],
    ["{{ username | append: attributes.nick }}", "attributes.nick 0"],
    ["{{ attributes.city | default: attributes.nick }}", "attributes.nick 0"],
    ["{% assign c = attributes.city | upcase %}Dear {{ c }}", "attributes.city 1"],
    ["{% assign p = attributes.plan %}{{ p.name }}", "attributes.plan.name 1"],
    ["{% capture c %}{{ attributes.city }}{% endcapture %}{{ c }}", "attributes.city 1"],
    ["<a href='https://example.com/{{ attributes.city | url_encode }}'>x</a>", "attributes.city 1"],
    // Nobody has it: probably misspelt, even where the template only asks.
    ["{% if attributes.plna == 'gold' %}x{% endif %}", "attributes.plna 0"],
    ["{% for i in attributes.itmes %}{{ i.title }}{% endfor %}", "attributes.itmes 0"],
    ["{% case attributes.plna %}{% when 'gold' %}x{% endcase %}", "attributes.plna 0"],
    ["{% if attributes.plan %}{{ attributes.plan.nmae }}{% endif %}", "attributes.plan.nmae 0"],
    ["{% if area == 'x' %}{{ attributes.plna }}{% endif %}", "attributes.plna 0"],
    ["{{ attributes.plna }}{{ attributes.plna }}{% if attributes.plna == 1 %}{% endif %}", "attributes.plna 0"],
    ["{% if attributes.city == 'x' %}{% endif %}{{ attributes.city }}", "attributes.city 1"],
  ])("is found in %s", (html, found) => {
    expect(missing(html)).toEqual([found]);
  });

  it.each([
    "{{ attributes.plna | default: 'y' }}",
    "{{ attributes.plna | upcase | default: 'y' }}",
    "{{ attributes.city | default: attributes.plna | default: 'z' }}",
    "{% assign x = attributes.plna | default: 'y' %}{{ x }}",
    "{% if attributes.plna %}x{% endif %}",
    "{% if attributes.city and attributes.plna %}x{% endif %}",
    "{% if attributes.plna %}{{ attributes.plna }}{% else %}y{% endif %}",
    "{% if attributes.plna == nil %}y{% endif %}",
    "{% unless attributes.plna %}y{% endunless %}",
    "{% assign x = attributes.plna %}{% if x %}{{ x }}{% endif %}",
    "{{ attributes.plna[area] }}",
  ])("that nobody has is found where the template only tests it: %s", (html) => {
    expect(missing(html)).toEqual(["attributes.plna 0"]);
  });

  it.each([
    "{{ username }}{{ attributes }}{{ attributes[area] }}",
    "{{ attributes.city | default: 'y' }}",
    "{{ attributes.city | upcase | default: 'y' }}",
    "{{ attributes.city | default: attributes.items | default: 'z' }}",
    "{% assign x = attributes.city | default: 'y' %}{{ x }}",
    "{% if attributes.city %}x{% endif %}",
    "{% if attributes.city and attributes.items %}x{% endif %}",
    "{% if attributes.city %}{{ attributes.city }}{% else %}y{% endif %}",
    "{% if attributes.city != blank %}{{ attributes.city | upcase }}{% endif %}",
    "{% if attributes.city == nil %}y{% elsif attributes.city == '' %}z{% endif %}",
    "{% unless attributes.city %}y{% else %}{{ attributes.city }}{% endunless %}",
    "{% assign x = attributes.city %}{% if x %}{{ x }}{% endif %}",
    "{% if attributes.city == 'Paris' %}P{% endif %}",
    "{% if attributes.plan %}{{ attributes.city }}{% endif %}",
    "{% if attributes.empty %}x{% endif %}{{ attributes.empty | default: 'y' }}",
    "{% for i in attributes.items %}{{ i }}{{ i.title }}{% else %}none{% endfor %}",
    "{% assign x = 'y' %}{{ x.z }}{% increment n %}{{ n }}",
  ])("is not complained of in %s", (html) => {
    expect(missing(html)).toEqual([]);
  });

  it("names the template that prints it", () => {
    expect(
      missingAttributes(
        { subject: "{{ attributes.a }}", html: "{{ attributes.a }}{{ attributes.b }}", text: "{{ attributes.c }}" },
        PEOPLE,
      ),
    ).toEqual([
      { template: "subject", attribute: "attributes.a", have: 0 },
      { template: "html", attribute: "attributes.b", have: 0 },
      { template: "text", attribute: "attributes.c", have: 0 },
    ]);
  });

  it("is looked for in a bounded number of attributes", () => {
    const html = Array.from({ length: 15_000 }, (_, i) => `{{ attributes.a${i} }}`).join("");
    expect(missing(html)).toHaveLength(100);
  });
});
