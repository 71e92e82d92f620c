import { useState } from "preact/hooks";
import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { go } from "../../app/router.ts";
import { Card } from "../../parts/card.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Needs } from "../../parts/forms/needs.tsx";
import { Read } from "../../parts/lists/read.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import type { Person } from "../recipients/people.ts";
import { PersonDialog } from "../recipients/person-dialog.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { EraseDialog } from "./erase-dialog.tsx";
import { HistoryCard } from "./history-card.tsx";
import { MailCard } from "./mail-card.tsx";

type Asked = "edit" | "delete" | "erase";

/** One person: what is known of them, whether they get mail, and all that was sent to them. */
export default function RecipientView({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const w = words().recipients;
  const id = Number(params.id);
  const read = useLoaded(
    (signal) => ask(api.GET("/api/recipients/{id}", { params: { path: { id } }, signal })),
    [params.id],
  );
  const [asked, setAsked] = useState<Asked | null>(null);
  const crumbs = <a href="/recipients">{w.title}</a>;
  const close = (): void => setAsked(null);

  if (read.refusal?.code === "not-found" || !Number.isSafeInteger(id)) {
    return (
      <>
        <ViewHead title={w.person.gone} crumbs={crumbs} />
        <Notice kind="info">{w.person.goneTodo}</Notice>
      </>
    );
  }
  const person = read.value;
  return (
    <>
      <ViewHead
        title={person === undefined ? w.person.one : person.address}
        crumbs={crumbs}
        acts={
          person !== undefined && (
            <Needs scope="write" explain>
              <Button onPress={() => setAsked("edit")}>{w.person.edit}</Button>
              <Button kind="quiet danger" onPress={() => setAsked("delete")}>
                {w.person.delete}
              </Button>
              <Button kind="quiet danger" onPress={() => setAsked("erase")}>
                {w.person.erase}
              </Button>
            </Needs>
          )
        }
      >
        {person !== undefined && <Facts person={person} />}
      </ViewHead>
      <Read of={read}>
        {(one) => (
          <>
            <div class="person">
              <MailCard address={one.address} />
              <AttributesCard person={one} />
              <HistoryCard id={id} address={one.address} />
            </div>
            {asked === "edit" && <PersonDialog person={one} areas={[]} onDone={read.reload} onClose={close} />}
            {asked === "delete" && <DeleteDialog person={one} onDone={() => go("/recipients")} onClose={close} />}
            {asked === "erase" && <EraseDialog person={one} onDone={() => go("/recipients")} onClose={close} />}
          </>
        )}
      </Read>
    </>
  );
}

function Facts({ person }: { readonly person: Person }) {
  const w = words().recipients;
  return (
    <>
      {person.username !== "" && (
        <span class="audience" title={person.username}>
          {person.username}
        </span>
      )}
      {person.area !== "" && (
        <a class="audience" href={`/recipients?${new URLSearchParams({ area: person.area })}`}>
          {person.area}
        </a>
      )}
      <span>
        {w.person.addedAt} <Time at={person.createdAt} />
      </span>
      {person.updatedAt !== person.createdAt && (
        <span>
          {w.person.changedAt} <Time at={person.updatedAt} />
        </span>
      )}
      <span>{w.person.id(person.id)}</span>
    </>
  );
}

/** More than these stand there when somebody asks. */
const FIRST_ATTRIBUTES = 12;

function AttributesCard({ person }: { readonly person: Person }) {
  const w = words().recipients;
  const [isWhole, setWhole] = useState(false);
  const all = Object.entries(person.attributes);
  const shown = isWhole || all.length <= FIRST_ATTRIBUTES + 1 ? all : all.slice(0, FIRST_ATTRIBUTES);
  return (
    <Card title={w.attributes.title}>
      {all.length === 0 ? (
        <p class="dim">{w.attributes.noneOf}</p>
      ) : (
        <dl class="pairs">
          {shown.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === "object" ? <code>{JSON.stringify(value)}</code> : String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {shown.length < all.length && (
        <div class="more">
          <Button kind="quiet" size="small" onPress={() => setWhole(true)}>
            {w.attributes.showAll(all.length)}
          </Button>
        </div>
      )}
    </Card>
  );
}
