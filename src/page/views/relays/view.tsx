import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Relays() {
  return <ViewHead title={words().relays.title} />;
}
