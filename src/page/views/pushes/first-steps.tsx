import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { sentences } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { Card } from "../../parts/card.tsx";
import { apiCode } from "../../parts/forms/api-code.ts";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { Lacking } from "../../parts/forms/needs.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { addSamplePeople, SAMPLE_COUNT, triesOut } from "../../parts/sample-people.ts";
import { words } from "../../words/dictionary.ts";

/** Of the first push. */
const PUSH = { action: "mailpush", filter: { area: "beijing" }, subject: "Hello {{ username }}", html: "<p>…</p>" };
/** Of the first recipient. */
const PERSON = { address: "li@example.com", username: "Li", area: "beijing" };

/** No push yet: how the first one comes about. Whom to write to comes first. */
export function FirstSteps() {
  const w = words().pushes.first;
  const people = useLoaded(
    (signal) => ask(api.GET("/api/recipients", { params: { query: { limit: 1 } }, signal })),
    [],
  );
  const settings = useLoaded((signal) => ask(api.GET("/api/settings", { signal })), []);
  const hasPeople = people.value === undefined || people.value.data.length > 0;
  const add = async (): Promise<void> => {
    const added = await addSamplePeople();
    people.reload();
    toast(w.added(added));
  };
  return (
    <Card label={w.title}>
      {hasPeople ? (
        <Empty
          title={w.title}
          act={
            may("write") ? (
              <LinkButton kind="primary" to="/new">
                {words().shell.newPush}
              </LinkButton>
            ) : (
              <Lacking scope="write" />
            )
          }
          code={apiCode("/api/pushes", PUSH)}
        >
          {w.says}
        </Empty>
      ) : (
        <Empty
          title={w.nobody}
          act={
            may("write") ? (
              <div class="row">
                {settings.value !== undefined && triesOut(settings.value) && (
                  <Button kind="primary" onPress={add}>
                    {w.addSamples(SAMPLE_COUNT)}
                  </Button>
                )}
                <LinkButton to="/recipients">{w.addOwn}</LinkButton>
              </div>
            ) : (
              <Lacking scope="write" />
            )
          }
          code={apiCode("/api/recipients", PERSON)}
        >
          {sentences(w.nobodySays, settings.value !== undefined && triesOut(settings.value) ? w.samples : null)}
        </Empty>
      )}
    </Card>
  );
}
