import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { Read } from "../../parts/lists/read.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { ChecksCard } from "./checks-card.tsx";
import { ConfiguredCards } from "./configured-cards.tsx";
import { HealthCard } from "./health-card.tsx";

/** What is missing to be a good sender, whether all parts answer, and what is configured. */
export default function Settings() {
  const w = words().settings;
  const read = useLoaded((signal) => ask(api.GET("/api/settings", { signal })), []);
  return (
    <>
      <ViewHead title={w.title}>
        <span>{w.intro}</span>
      </ViewHead>
      <Read of={read} lines={6}>
        {(settings) => (
          <>
            <ChecksCard checks={settings.checks} />
            <HealthCard />
            <ConfiguredCards settings={settings} />
          </>
        )}
      </Read>
    </>
  );
}
