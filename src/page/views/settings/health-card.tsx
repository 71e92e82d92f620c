import { api, Refusal, type Schemas } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { clock } from "../../app/time/format.ts";
import { currentTime } from "../../app/time/server-time.ts";
import { Card } from "../../parts/card.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Read } from "../../parts/lists/read.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";

type Health = Schemas["Health"];

const PARTS = ["config", "d1", "queue", "object"] as const;

/** A failed part is an answer too: it comes with a 503. */
async function askHealth(signal: AbortSignal): Promise<Health> {
  const { data, error, response } = await api
    .GET("/api/health", { params: { query: { deep: "true" } }, signal })
    .catch((failed: unknown) => {
      if (failed instanceof DOMException && failed.name === "AbortError") throw failed;
      throw new Refusal(0, String(failed));
    });
  const answer = (data ?? error) as Partial<Health> | undefined;
  if (answer?.status !== "ok" && answer?.status !== "failed") throw new Refusal(response.status, error);
  return answer as Health;
}

/** Whether all parts answer, asked when the view opens and on demand. */
export function HealthCard() {
  const w = words().settings.health;
  const read = useLoaded(askHealth, []);
  return (
    <Card
      title={w.title}
      note={read.at !== null && w.asOf(clock(read.at, currentTime()))}
      acts={
        <Button size="small" onPress={read.reload}>
          {w.again}
        </Button>
      }
    >
      <Read of={read}>
        {(health) => (
          <>
            <ul class="health">
              {PARTS.map((part) => (
                <Part key={part} part={part} state={health[part]} />
              ))}
            </ul>
            {health.status === "failed" && <Notice kind="bad">{w.todo}</Notice>}
          </>
        )}
      </Read>
    </Card>
  );
}

function Part({
  part,
  state,
}: {
  readonly part: (typeof PARTS)[number];
  readonly state: Health["status"] | undefined;
}) {
  const w = words().settings.health;
  const { name, says } = w.parts[part];
  return (
    <li>
      <span class={`health-state ${state === "failed" ? "failed" : ""}`}>
        <i aria-hidden="true">{state === "ok" ? "✓" : state === "failed" ? "×" : "–"}</i>
        {state === "ok" ? w.ok : state === "failed" ? w.failed : "–"}
      </span>
      <span>
        <strong>{name}</strong> <span class="dim">{says}</span>
      </span>
    </li>
  );
}
