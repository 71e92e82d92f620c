import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Segments() {
  return <ViewHead title={words().segments.title} />;
}
