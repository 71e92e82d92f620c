import { useEffect, useId, useRef, useState } from "preact/hooks";
import { toast } from "../app/toasts.ts";
import { words } from "../words/dictionary.ts";
import { Button } from "./forms/button.tsx";

interface Props {
  /** The JSON of `POST /api/pushes/preview`. */
  readonly asked: string;
  /** The html that it answered with, to see whether it has images of elsewhere. */
  readonly html: string;
  /** What the frame shows, for screen readers. */
  readonly title: string;
  /** As wide as a phone. */
  readonly isNarrow?: boolean;
}

/** Of any tag: to find the tag too would take for ever in a megabyte of tags that do not end. */
const REMOTE_IMAGE =
  /\b(?:src|srcset|background|poster)\s*=\s*(?:["']\s*)?(?:https?:)?\/\/|url\(\s*(?:["']\s*)?(?:https?:)?\/\//i;
const PATH = "/api/pushes/preview/frame";

/**
 * A mail in a frame that is shut off from the page: posted there by a form, since a frame that the page wrote itself
 * would inherit the page's policy, and lose the mail's styles.
 */
export function MailFrame({ asked, html, title, isNarrow }: Props) {
  const id = useId();
  const [isImages, setImages] = useState(false);
  // A frame of its own for each mail: a form that is posted into one again would be a step of the browser's history.
  const [turns, setTurns] = useState<readonly number[]>([]);
  const made = useRef(0);
  /** The one that has loaded. */
  const shown = useRef(0);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    made.current++;
    // The mail before stays in sight until this one has come.
    setTurns((before) => [...before.slice(-1), made.current]);
  }, [asked, isImages]);
  const latest = turns.at(-1);
  useEffect(() => {
    if (latest !== undefined) form.current?.submit();
  }, [latest]);
  const w = words().common;
  const loaded = (turn: number, frame: HTMLIFrameElement): void => {
    if (turn !== made.current) return;
    // Nobody was in it yet: it is the mail, or the empty document before.
    if (shown.current !== turn || document.activeElement !== frame) {
      shown.current = turn;
      setTurns([turn]);
      return;
    }
    // A link was pressed in it: whatever that led to, or was kept from, is not the mail.
    toast(w.deadLinks);
    made.current++;
    setTurns([made.current]);
  };
  return (
    <div class="mail">
      {REMOTE_IMAGE.test(html) && !isImages && (
        <div class="row mail-images">
          <span class="small">{w.remoteImages}</span>
          <Button size="small" onPress={() => setImages(true)}>
            {w.showImages}
          </Button>
        </div>
      )}
      <form ref={form} method="post" action={PATH} target={`${id}-${latest}`} hidden>
        <input type="hidden" name="push" value={asked} />
        <input type="hidden" name="images" value={isImages ? "show" : "hide"} />
      </form>
      <div class={`mail-frames ${isNarrow ? "narrow" : ""}`}>
        {turns.map((turn) => (
          <iframe
            key={turn}
            name={`${id}-${turn}`}
            title={title}
            sandbox=""
            aria-hidden={turn !== latest}
            onLoad={(event) => loaded(turn, event.currentTarget)}
          />
        ))}
      </div>
    </div>
  );
}
