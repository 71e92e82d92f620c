import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Suppressions() {
  return <ViewHead title={words().suppressions.title} />;
}
