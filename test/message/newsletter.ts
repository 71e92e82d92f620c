/** A mail as people send them: laid out with tables, conditions between paragraphs, a loop in a list, values in links. */
export const NEWSLETTER = `{% assign greeting = "Hello" %}<!doctype html>
<html><head><meta charset="utf-8"><title>{{ attributes.campaign | default: "Newsletter" }}</title>
<style>body { font-family: sans-serif; } .button { background: #06c; }</style></head>
<body style="margin:0;background:#f5f5f5">
<table role="presentation" width="100%"><tr><td align="center">
<table role="presentation" width="600"{% if attributes.dark %} bgcolor="#000"{% endif %}>
<tr><td style="padding:24px"><h1>{{ greeting }} {{ username }}!</h1></td></tr>
<tr><td style="padding:0 24px">
<p>You are one of our readers in <b>{{ area | capitalize }}</b> &amp; we have news &lt;for you&gt;.</p>
{% if attributes.plan == "gold" %}<p>As a gold member you get <b>20&nbsp;% off</b>.</p>{% else %}<p>Become a gold member.</p>{% endif %}
{%- comment %} the list {% if %} {% endcomment -%}
<ul>
{% for item in attributes.items %}<li><a href="https://example.com/item/{{ item.id }}?u={{ address | url_encode }}">{{ item.title }}</a></li>
{% endfor %}</ul>
{% unless attributes.quiet %}<p>{ curly } &#123;&#123; braces }}</p>{% endunless %}
<p><a class="button" href="https://example.com/{% if area == 'beijing' %}zh{% else %}en{% endif %}"><img src="https://example.com/b.png" alt="Have a look, {{ username }}"></a></p>
<p>See you soon,<br>the team</p>
</td></tr>
<tr><td style="font-size:12px">This mail went to {{ address }}.</td></tr>
</table></td></tr></table>
</body></html>
`;

export const READERS = [
  {
    username: "王小明",
    address: "xiaoming@example.com",
    area: "beijing",
    attributes: {
      plan: "gold",
      items: [
        { id: 1, title: "First & best" },
        { id: 2, title: "第二" },
      ],
    },
  },
  {
    username: 'Zoë <b>"O\'Neil"</b>',
    address: "zoe+1@example.com",
    area: "paris",
    attributes: { quiet: true, dark: true },
  },
  { username: "", address: "x@example.com", area: "", attributes: { items: [{ id: 3, title: "{{ username }}" }] } },
];
