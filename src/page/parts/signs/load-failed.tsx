import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { Notice } from "./notice.tsx";

/** A file of the page could not be loaded: a newer version has taken its place, or the network is away. */
export function LoadFailed() {
  const w = words().shell.loadFailed;
  return (
    <Notice kind="bad" acts={<Button onPress={() => location.reload()}>{w.reload}</Button>}>
      {w.todo}
    </Notice>
  );
}
