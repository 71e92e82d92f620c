import { describe, expect, it } from "vitest";
import { missingAttributes } from "../../src/message/template/attributes-used.ts";
import { prepareTemplates, render } from "../../src/message/template/template.ts";

const PERSON = {
  username: "Bo",
  address: "bo@example.com",
  area: "x",
  attributes: { plan: "a\r\nBcc: evil@example.com" },
};
const SOURCES = { subject: "s", html: "<p>h</p>", text: null };

function rendered(headers: Record<string, string>, person = PERSON) {
  const prepared = prepareTemplates({ ...SOURCES, headers });
  if (!prepared.ok) throw new Error(prepared.error);
  return render(prepared.value, person);
}

describe("headers of one's own", () => {
  it("are rendered for each recipient, each one line of text, in their order", () => {
    const headers = { "X-B": "{{ username }} & {{ attributes.plan }}", "X-A": "fixed" };
    expect(rendered(headers)).toMatchObject({
      value: {
        headers: [
          { name: "X-B", value: "Bo & a Bcc: evil@example.com" },
          { name: "X-A", value: "fixed" },
        ],
      },
    });
  });

  it("are left out where they render to nothing", () => {
    expect(rendered({ "X-A": " {{ attributes.none }} " })).toMatchObject({ value: { headers: [] } });
  });

  it("fail the mail of a recipient for whom one is too long", () => {
    const long = { ...PERSON, attributes: { plan: "x".repeat(999) } };
    expect(rendered({ "X-A": "{{ attributes.plan }}" }, long)).toEqual({
      ok: false,
      error: "X-A: it is over 998 characters long",
    });
  });

  it("count among the templates that use an attribute", () => {
    const headers = { "X-Plan": "{{ attributes.plan }}", Organization: "{{ attributes.firm }}" };
    expect(missingAttributes({ ...SOURCES, headers }, [{}])).toEqual([
      { template: 'headers["X-Plan"]', attribute: "attributes.plan", have: 0 },
      { template: "headers.Organization", attribute: "attributes.firm", have: 0 },
    ]);
  });
});
