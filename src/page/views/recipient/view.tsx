import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Recipient() {
  return <ViewHead title={words().recipients.title} />;
}
