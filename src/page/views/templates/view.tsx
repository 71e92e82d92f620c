import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Templates() {
  return <ViewHead title={words().templates.title} />;
}
