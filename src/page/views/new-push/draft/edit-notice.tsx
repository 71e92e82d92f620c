import { api, ask } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { Button, LinkButton } from "../../../parts/forms/button.tsx";
import { Notice } from "../../../parts/signs/notice.tsx";
import { words } from "../../../words/dictionary.ts";

interface Props {
  readonly id: string;
  /** The content version that the form was made from. */
  readonly version: number;
  /** Counts refusals, after which the push is read again. */
  readonly edition: number;
  readonly onTakeTheirs: () => void;
  /** With the version that mine then stands on. */
  readonly onKeepMine: (version: number) => void;
}

const EVERY_MS = 10_000;

/** Whether the push can still be changed, and whether somebody else has changed it meanwhile. */
export function EditNotice({ id, version, edition, onTakeTheirs, onKeepMine }: Props) {
  const w = words().compose.edit;
  const read = useLoaded(
    (signal) => ask(api.GET("/api/pushes/{id}", { params: { path: { id } }, signal })),
    [id, edition],
    EVERY_MS,
  );
  const push = read.value;
  if (push === undefined) return null;
  if (push.status !== "held") {
    return (
      <Notice
        kind="warn"
        acts={
          <LinkButton size="small" to={`/pushes/${id}`}>
            {w.toPush}
          </LinkButton>
        }
      >
        {w.notHeld}
      </Notice>
    );
  }
  if (push.contentVersion === version) return null;
  const by = push.steering.findLast(({ action }) => action === "change")?.by ?? "?";
  return (
    <Notice
      kind="warn"
      acts={
        <>
          <Button size="small" onPress={onTakeTheirs}>
            {w.takeTheirs}
          </Button>
          <Button size="small" onPress={() => onKeepMine(push.contentVersion)}>
            {w.keepMine}
          </Button>
        </>
      }
    >
      {w.newer(version, push.contentVersion, by)}
    </Notice>
  );
}
