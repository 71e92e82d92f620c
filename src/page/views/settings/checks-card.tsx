import type { Schemas } from "../../app/data/api.ts";
import { Card } from "../../parts/card.tsx";
import { words } from "../../words/dictionary.ts";

type Check = Schemas["Settings"]["checks"][number];

const LEVELS: readonly Check["level"][] = ["problem", "advice", "by-hand"];

/** What a good sender has and this one lacks, the worst first: what it means, and what to do. */
export function ChecksCard({ checks }: { readonly checks: readonly Check[] }) {
  const w = words().settings.checks;
  const problems = checks.filter(({ level }) => level === "problem").length;
  return (
    <Card title={w.title} note={w.note(problems)}>
      {LEVELS.filter((level) => checks.some((check) => check.level === level)).map((level) => (
        <div class="checks" key={level}>
          <h3 class={`check-level ${level}`}>{w.levels[level]}</h3>
          <ul>
            {checks
              .filter((check) => check.level === level)
              .map((check) => (
                <OneCheck key={`${check.code} ${check.relay}`} check={check} />
              ))}
          </ul>
        </div>
      ))}
    </Card>
  );
}

function OneCheck({ check: { code, relay, variable } }: { readonly check: Check }) {
  const w = words().settings.checks;
  const known = w.codes[code];
  return (
    <li>
      <strong>{known.title}</strong>
      {relay !== null && <span class="dim"> · {w.relay(relay)}</span>}
      <p class="dim">{known.todo}</p>
      {variable !== null && !known.todo.includes(variable) && <code class="words">{variable}</code>}
    </li>
  );
}
