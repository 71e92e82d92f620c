import { useState } from "preact/hooks";
import { Card } from "../../../parts/card.tsx";
import { Button } from "../../../parts/forms/button.tsx";
import { later } from "../../../parts/later.tsx";
import { need, words } from "../../../words/dictionary.ts";
import type { Push } from "../live/use-push.ts";

// Built of the parts of a new push, and so with its words.
const OpenedMail = later(async () => {
  const [{ OpenedMail }] = await Promise.all([import("./opened-mail.tsx"), need(["compose"])]);
  return OpenedMail;
});

/** What the push sends, as some of its recipients get it: open where somebody is to approve it. */
export function MailCard({ push }: { readonly push: Push }) {
  const [isOpen, setOpen] = useState(push.status === "held");
  const w = words().push.mail;
  if (isOpen) return <OpenedMail push={push} />;
  return (
    <Card
      title={w.title}
      note={w.closed}
      acts={
        <Button size="small" onPress={() => setOpen(true)}>
          {w.open}
        </Button>
      }
    />
  );
}
