import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Push() {
  return <ViewHead title={words().push.title} />;
}
