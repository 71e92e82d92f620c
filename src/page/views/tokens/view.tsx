import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

export default function Tokens() {
  return <ViewHead title={words().tokens.title} />;
}
