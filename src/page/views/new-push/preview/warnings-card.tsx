import { Card } from "../../../parts/card.tsx";
import { said, saidAt } from "../../../parts/signs/said.tsx";
import { words } from "../../../words/dictionary.ts";
import { entryOf } from "../../../words/entry.ts";
import type { Preview } from "./use-preview.ts";

type Warnings = Preview["warnings"];

/** What is probably a mistake, or what a reader may not see. */
export function WarningsCard({ warnings }: { readonly warnings: Warnings }) {
  const w = words().compose.warnings;
  if (warnings.length === 0) return null;
  return (
    <Card title={w.title}>
      <WarningList warnings={warnings} />
    </Card>
  );
}

export function WarningList({ warnings }: { readonly warnings: Warnings }) {
  const { codes } = words().compose.warnings;
  return (
    <ul class="warnings">
      {warnings.map(({ code, path, message }) => (
        <li key={`${code} ${path} ${message}`}>
          <span class="warning-mark" aria-hidden="true">
            !
          </span>
          <span>
            {entryOf(codes, code) ?? said(message)}
            <code class="words">{saidAt({ path: path.replace(/^\$\.?/, ""), message })}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}
