import { sampleRecipients, toCsv } from "../../scripts/sample.ts";

/** Names, most of them Chinese, as the demo has them; addresses and area by group, so that groups do not overlap. */
export function audienceCsv(area: string, count: number): string {
  return toCsv(
    sampleRecipients(count).map((recipient, index) => ({ ...recipient, area, address: addressOf(area, index) })),
  );
}

export function addressOf(area: string, index: number): string {
  return `reader${index + 1}@${area}.example`;
}

/** A newsletter: with its text version and headers about 2 KB a mail. */
export const MESSAGE = {
  subject: "{{ username }}, three new books in {{ attributes.city }}",
  html: `<h1>Hello {{ username }}!</h1>
<p>The bookshops of {{ attributes.city }} got three new books this week, and the first is kept for you.</p>
<ul>
<li><a href="https://books.example/1">The Dream of the Red Chamber</a>, in the new edition of five volumes</li>
<li><a href="https://books.example/2">Fortress Besieged</a>, with the pictures of the first printing</li>
<li><a href="https://books.example/3">Rickshaw Boy</a>, bound in cloth</li>
</ul>
<p>Come by until Sunday: we are open from nine to nine, and there is tea.</p>
<p>You get this mail at {{ address }} since you asked for news about {{ area }}.</p>
`,
};
