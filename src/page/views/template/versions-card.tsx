import { useState } from "preact/hooks";
import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { Card } from "../../parts/card.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Pages } from "../../parts/lists/pages.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";
import type { Template } from "./draft.ts";

interface Props {
  readonly template: Template;
  /** Puts an earlier version into the editor; it is stored when the reader says so. */
  readonly onLook: (version: Template) => void;
}

const PAGE = 20;

/** Who changed it when, and the way back to each version. */
export function VersionsCard({ template: { id, version }, onLook }: Props) {
  const w = words().templates;
  const [after, setAfter] = useState<string | null>(null);
  const read = useLoaded(
    (signal) => {
      const params = { path: { id }, query: { limit: PAGE, after: after ?? undefined } };
      return ask(api.GET("/api/templates/{id}/versions", { params, signal }));
    },
    [id, version, after],
  );
  const look = async (wanted: number): Promise<void> => {
    const params = { path: { id }, query: { version: String(wanted) } };
    onLook(await ask(api.GET("/api/templates/{id}", { params })));
  };
  return (
    <Card title={w.versions} note={w.versionsNote}>
      <Pages of={read} label={w.versions} next={({ next }) => next} isFirst={after === null} onPage={setAfter}>
        {({ data }) => (
          <ol class="versions">
            {data.map((one) => (
              <li key={one.version}>
                <span>
                  <strong>{w.isVersion(one.version)}</strong>{" "}
                  <span class="small dim">
                    <Time at={one.createdAt} /> · {w.by(one.createdBy)}
                  </span>
                </span>
                {one.version === version ? (
                  <span class="small dim">{w.newest}</span>
                ) : (
                  <Button
                    kind="quiet"
                    size="small"
                    label={may("write") ? w.lookOf(one.version) : undefined}
                    onPress={() => look(one.version)}
                  >
                    {may("write") ? w.look : w.read}
                  </Button>
                )}
              </li>
            ))}
          </ol>
        )}
      </Pages>
    </Card>
  );
}
