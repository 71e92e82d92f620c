import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function NewPush() {
  return <ViewHead title={words().compose.title} />;
}
