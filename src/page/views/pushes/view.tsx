import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Pushes() {
  return <ViewHead title={words().pushes.title} />;
}
