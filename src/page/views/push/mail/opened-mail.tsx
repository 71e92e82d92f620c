import { useState } from "preact/hooks";
import { api, ask, type Schemas } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { may } from "../../../app/data/session.ts";
import { bytes } from "../../../app/time/format.ts";
import { Card } from "../../../parts/card.tsx";
import { lackOf } from "../../../parts/forms/needs.tsx";
import { Read } from "../../../parts/lists/read.tsx";
import { Skeleton } from "../../../parts/lists/skeleton.tsx";
import { words } from "../../../words/dictionary.ts";
import type { People, Person } from "../../new-push/audience/people.ts";
import type { DraftFile } from "../../new-push/draft/draft.ts";
import { splitPreheader } from "../../new-push/message/preheader.ts";
import { InboxLine } from "../../new-push/preview/inbox-line.tsx";
import { PreviewCard } from "../../new-push/preview/preview-card.tsx";
import { usePreview } from "../../new-push/preview/use-preview.ts";
import { readFiles } from "../../new-push/start.ts";
import type { Push } from "../live/use-push.ts";

interface Content {
  readonly content: Schemas["PushContent"];
  readonly files: readonly DraftFile[];
}

/** The mail of a push, as some of its recipients get it. */
export function OpenedMail({ push }: { readonly push: Push }) {
  const { id, contentVersion } = push;
  const read = useLoaded(
    async (signal): Promise<Content> => {
      const content = await ask(api.GET("/api/pushes/{id}/content", { params: { path: { id } }, signal }));
      return { content, files: canPreview() ? await readFiles(id, content, signal) : [] };
    },
    [id, contentVersion],
  );
  return (
    <Read of={read}>
      {(found) => (canPreview() ? <Mail push={push} {...found} /> : <Source push={push} {...found} />)}
    </Read>
  );
}

function canPreview(): boolean {
  return may("write") || may("send");
}

function Mail({ push, content, files }: Content & { readonly push: Push }) {
  const { subject, html, text, from, replyTo, list, headers } = content;
  const people = useRecipientsOf(push);
  const [personId, setPersonId] = useState<number | null>(null);
  const person = people.people.find(({ id }) => id === personId) ?? people.people[0] ?? null;
  // Before the recipients are known it would be the mail of somebody made up.
  const isKnown = person !== null || people.refusal !== null || (push.snapshotDone && !people.isLoading);
  const previewed = usePreview(
    isKnown
      ? {
          action: "mailpush",
          filter: push.filter,
          ...{ subject, html, from, replyTo, list, headers, attachments: files },
          ...(text === null ? {} : { text }),
        }
      : null,
    person,
  );
  if (previewed.preview === undefined && previewed.refusal === null) {
    return (
      <Card title={words().compose.preview.title}>
        <Skeleton lines={6} />
      </Card>
    );
  }
  return (
    <>
      <InboxLine preview={previewed.preview} from={from} hasPreheader={splitPreheader(html).preheader !== ""} />
      <PreviewCard
        previewed={previewed}
        people={people}
        person={person}
        onPerson={({ id }) => setPersonId(id)}
        isEmpty={false}
        foot={<Files push={push.id} content={content} />}
      />
    </>
  );
}

/** For a token that may not have mails composed: the templates themselves, as text. */
function Source({ push, content }: Content & { readonly push: Push }) {
  const w = words().push.mail;
  return (
    <Card title={w.title} note={w.asWritten(lackOf("write"))}>
      <p>
        <strong>{content.from}</strong> {content.subject}
      </p>
      <pre class="mail-source">{content.html}</pre>
      <Files push={push.id} content={content} />
    </Card>
  );
}

/** The files that each mail carries, to be looked at. */
function Files({ push, content }: { readonly push: string; readonly content: Schemas["PushContent"] }) {
  const w = words().push.mail;
  if (content.attachments.length === 0) return null;
  return (
    <p class="small mail-files">
      {w.files}{" "}
      {content.attachments.map(({ filename, size }, n) => (
        <>
          {n > 0 && ", "}
          <a href={`/api/pushes/${push}/attachments/${n}`} download={filename}>
            {filename}
          </a>{" "}
          <span class="dim">{bytes(size)}</span>
        </>
      ))}
    </p>
  );
}

const SOME = 20;

/** The first recipients in the push's ledger: it is they who get it, whoever matches its filter by now. */
function useRecipientsOf(push: Push): People {
  const [after, setAfter] = useState<string | null>(null);
  const [before, setBefore] = useState<readonly Person[]>([]);
  const read = useLoaded(
    async (signal) => {
      const query = { limit: SOME, ...(after === null ? {} : { after }) };
      const params = { path: { id: push.id }, query };
      const { data, next } = await ask(api.GET("/api/pushes/{id}/deliveries", { params, signal }));
      return { people: data.map(({ id, address }): Person => ({ id, address, username: "" })), next };
    },
    // A push that has just been made has nobody in its ledger yet.
    [push.id, after, push.total > 0],
  );
  const next = read.value?.next ?? null;
  return {
    people: [...before, ...(read.value?.people ?? [])],
    hasMore: next !== null,
    isLoading: read.isLoading,
    refusal: read.refusal,
    more: async () => {
      if (next === null || read.value === undefined) return;
      setBefore([...before, ...read.value.people]);
      setAfter(next);
    },
  };
}
