import { useState } from "preact/hooks";
import { api, ask, Refusal } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { toast } from "../../../app/toasts.ts";
import { type DeliveryState, presentStates } from "../../../parts/figures/state-bar.tsx";
import { CopyCode } from "../../../parts/forms/copy-code.tsx";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { Select } from "../../../parts/forms/select.tsx";
import { Notice } from "../../../parts/signs/notice.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Push } from "../live/use-push.ts";

const MAKE_KEY = "openssl genpkey -algorithm ed25519 -outform DER | base64 | npx wrangler secret put RECEIPT_KEY";

type Format = "csv" | "ndjson";

/** The deliveries as a file, all or of one state; with a receipt if they are to prove something. */
export function ExportDialog({ push, onClose }: { readonly push: Push; readonly onClose: () => void }) {
  const w = words().dialogs.exportDialog;
  const [format, setFormat] = useState<Format>("csv");
  const [state, setState] = useState("");
  const settings = useLoaded((signal) => ask(api.GET("/api/settings", { signal })), []);
  const lacksKey = format === "ndjson" && settings.value?.receipts === false;
  const download = async (): Promise<void> => {
    const query = new URLSearchParams({ format, mark: "true", ...(state === "" ? {} : { state }) });
    const url = `/api/pushes/${push.id}/export?${query}`;
    // A refusal is shown here instead of saved as a file.
    const answer = await fetch(url).catch((failed) => {
      throw new Refusal(0, String(failed));
    });
    if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => null));
    await answer.body?.cancel();
    const link = document.createElement("a");
    link.href = url;
    link.download = "";
    link.click();
    toast(w.did);
  };
  return (
    <Confirm title={w.title} act={w.act} disabled={lacksKey} onAct={download} onClose={onClose}>
      <Select
        label={w.format}
        hint={format === "ndjson" ? w.receipt : undefined}
        value={format}
        options={[
          ["csv", w.csv],
          ["ndjson", w.ndjson],
        ]}
        onChange={setFormat}
      />
      <Select
        label={words().push.deliveries.state}
        value={state}
        options={[
          ["", words().push.deliveries.anyState] as const,
          ...presentStates(push.tallies).map(([one]) => [one, words().states.delivery[one]] as const),
        ]}
        onChange={setState}
      />
      <p>{w.says(state === "" ? push.total : push.tallies[state as DeliveryState])}</p>
      {lacksKey && (
        <Notice kind="warn">
          <p>{w.noKey}</p>
          <CopyCode code={MAKE_KEY} />
          <p>{w.noKeyThen}</p>
        </Notice>
      )}
      {format === "ndjson" && !lacksKey && (
        <div class="stack tight">
          <p class="small dim">{w.verify}</p>
          <CopyCode
            code={`npm run verify-receipt -- push-${push.id}.ndjson --keys ${location.origin}/.well-known/mailpush.json`}
          />
        </div>
      )}
    </Confirm>
  );
}
