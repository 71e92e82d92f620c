import { useState } from "preact/hooks";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { Card } from "../../parts/card.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Read } from "../../parts/lists/read.tsx";
import { words } from "../../words/dictionary.ts";
import { AddDialog } from "../suppressions/add-dialog.tsx";
import { readOfAddress } from "../suppressions/suppressions.ts";
import { Why } from "../suppressions/why.tsx";

/** Whether a person gets mail, and why not. */
export function MailCard({ address }: { readonly address: string }) {
  const w = words().suppressions;
  const [isAdding, setAdding] = useState(false);
  const read = useLoaded((signal) => readOfAddress(address, signal), [address]);
  return (
    <Card
      title={read.value?.suppressed ? w.why.noMail : w.why.title}
      acts={
        may("write") && (
          <Button size="small" onPress={() => setAdding(true)}>
            {w.add.one}
          </Button>
        )
      }
    >
      <Read of={read} lines={2}>
        {(found) => <Why address={address} found={found} onChange={read.reload} />}
      </Read>
      {isAdding && <AddDialog initial={address} onDone={read.reload} onClose={() => setAdding(false)} />}
    </Card>
  );
}
