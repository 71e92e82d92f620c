import type { Schemas } from "../../../app/data/api.ts";
import { may } from "../../../app/data/session.ts";
import { toast } from "../../../app/toasts.ts";
import { Card } from "../../../parts/card.tsx";
import { apiCode } from "../../../parts/forms/api-code.ts";
import { Button, LinkButton } from "../../../parts/forms/button.tsx";
import { Empty } from "../../../parts/lists/empty.tsx";
import { addSamplePeople, removeSamplePeople, SAMPLE_COUNT, triesOut } from "../../../parts/sample-people.ts";
import { words } from "../../../words/dictionary.ts";

interface Props {
  readonly settings: Schemas["Settings"];
  readonly onChange: () => void;
}

/** Nobody to write to yet: where people come from, and some to try it on where no mail leaves the machine. */
export function NoPeople({ settings, onChange }: Props) {
  const w = words().compose.samples;
  const isSafe = triesOut(settings) && may("write");
  const add = async (): Promise<void> => {
    const added = await addSamplePeople();
    onChange();
    toast(w.added(added), () => removeSamplePeople().then(onChange));
  };
  return (
    <Card label={w.none}>
      <Empty
        title={w.none}
        code={apiCode("/api/recipients", { address: "ann@example.com", username: "Ann" })}
        act={
          <div class="row">
            {isSafe && (
              <Button kind="primary" onPress={add}>
                {w.add(SAMPLE_COUNT)}
              </Button>
            )}
            <LinkButton to="/recipients">{w.import}</LinkButton>
          </div>
        }
      >
        {isSafe ? w.says : w.saysImport}
      </Empty>
    </Card>
  );
}
