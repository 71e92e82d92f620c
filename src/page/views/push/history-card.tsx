import { Card } from "../../parts/card.tsx";
import { words } from "../../words/dictionary.ts";
import type { Push } from "./live/use-push.ts";
import { SteeringList } from "./steering-list.tsx";

/** Who made the push, and who steered it. */
export function HistoryCard({ push }: { readonly push: Push }) {
  return (
    <Card title={words().push.section.history}>
      <SteeringList of={push.steering} />
    </Card>
  );
}
