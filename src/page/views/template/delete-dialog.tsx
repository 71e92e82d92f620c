import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { go } from "../../app/router.ts";
import { toast } from "../../app/toasts.ts";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { Read } from "../../parts/lists/read.tsx";
import { words } from "../../words/dictionary.ts";
import { bodyOf, draftOf, keptDraft, type Template } from "./draft.ts";

const LOOKED_AT = 1_000;
const NAMED = 5;

/** Says which pushes took the template, and deletes it. */
export function DeleteDialog({ template, onClose }: { readonly template: Template; readonly onClose: () => void }) {
  const w = words().templates.deleteDialog;
  const { id, version } = template;
  const title = template.name ?? template.subject;
  const users = useLoaded(
    async (signal) => {
      const page = await ask(api.GET("/api/pushes", { params: { query: { limit: LOOKED_AT } }, signal }));
      return {
        pushes: page.data.filter(({ template: taken }) => taken?.id === id),
        lookedAt: page.hasMore ? page.data.length : null,
      };
    },
    [id],
  );
  const run = async (): Promise<void> => {
    await ask(api.DELETE("/api/templates/{id}", { params: { path: { id } } }));
    keptDraft(id).write(null);
    go("/templates");
    toast(w.did(title), async () => {
      const made = await ask(api.POST("/api/templates", { body: bodyOf(draftOf(template)) }));
      go(`/templates/${made.id}`);
    });
  };
  return (
    <Confirm title={w.title(title)} act={w.act} danger onAct={run} onClose={onClose}>
      <p>{w.says(version)}</p>
      <Read of={users} lines={2}>
        {({ pushes, lookedAt }) => (
          <>
            <p>{w.users(pushes.length, lookedAt)}</p>
            {pushes.length > 0 && (
              <ul class="dim named">
                {pushes.slice(0, NAMED).map((push) => (
                  <li key={push.id}>
                    <a href={`/pushes/${push.id}`}>{push.subject}</a> · {words().states.push[push.status]}
                  </li>
                ))}
                {pushes.length > NAMED && <li>{w.more(pushes.length - NAMED)}</li>}
              </ul>
            )}
          </>
        )}
      </Read>
    </Confirm>
  );
}
