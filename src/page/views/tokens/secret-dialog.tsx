import type { Schemas } from "../../app/data/api.ts";
import { Button } from "../../parts/forms/button.tsx";
import { CopyCode } from "../../parts/forms/copy-code.tsx";
import { Dialog } from "../../parts/forms/dialog.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";

/** The token itself, this once. */
export function SecretDialog({
  made: { name, token },
  onClose,
}: {
  readonly made: Schemas["NewToken"];
  readonly onClose: () => void;
}) {
  const w = words().tokens.secret;
  return (
    <Dialog
      title={w.title(name)}
      // The Escape key would take away what is shown this once.
      onClose={() => {}}
      foot={
        <Button kind="primary" onPress={onClose}>
          {w.done}
        </Button>
      }
    >
      {token === null ? (
        <Notice kind="bad">{w.lost}</Notice>
      ) : (
        <>
          <Notice kind="warn">{w.once}</Notice>
          <CopyCode title={w.itself} code={token} />
          <CopyCode
            title={w.use}
            code={`curl ${location.origin}/api/pushes \\\n  -H "Authorization: Bearer ${token}"`}
          />
        </>
      )}
    </Dialog>
  );
}
