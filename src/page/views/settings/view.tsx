import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Settings() {
  return <ViewHead title={words().settings.title} />;
}
