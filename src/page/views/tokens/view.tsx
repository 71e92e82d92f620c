import { useState } from "preact/hooks";
import { api, ask, type Schemas } from "../../app/data/api.ts";
import { gather } from "../../app/data/gather.ts";
import { useLoaded } from "../../app/data/load.ts";
import { query } from "../../app/router.ts";
import { now } from "../../app/time/clock.ts";
import { toast } from "../../app/toasts.ts";
import { Card } from "../../parts/card.tsx";
import { apiCode } from "../../parts/forms/api-code.ts";
import { Button } from "../../parts/forms/button.tsx";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { isEmptyList, QueryList } from "../../parts/lists/query-list.tsx";
import type { Column } from "../../parts/lists/table.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { CreateDialog } from "./create-dialog.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

export type Token = Schemas["Token"];

/** The tokens that open the API beside API_TOKEN: who may do what, and since when nobody used it. */
export default function Tokens() {
  const w = words().tokens;
  const after = query.value.get("after");
  const read = useLoaded(
    (signal) =>
      gather(after, (from, limit) =>
        ask(api.GET("/api/tokens", { params: { query: { after: from ?? undefined, limit } }, signal })),
      ),
    [after],
  );
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<Schemas["NewToken"] | null>(null);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const open = (
    <Button kind="primary" onPress={() => setCreating(true)}>
      {w.create}
    </Button>
  );
  const isEmpty = isEmptyList(read);
  return (
    <>
      <ViewHead title={w.title} acts={!isEmpty && open}>
        <span>{w.intro}</span>
      </ViewHead>
      <Card label={w.title}>
        <QueryList
          of={read}
          caption={w.title}
          columns={columns(setRevoking)}
          keyOf={({ id }) => id}
          empty={
            <Empty title={w.none} act={open} code={apiCode("/api/tokens", { name: "shop", scopes: ["read", "send"] })}>
              {w.noneSays}
            </Empty>
          }
        />
      </Card>
      {isCreating && (
        <CreateDialog
          onMade={(token) => {
            setMade(token);
            read.reload();
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {made !== null && <SecretDialog made={made} onClose={() => setMade(null)} />}
      {revoking !== null && <RevokeDialog token={revoking} onDone={read.reload} onClose={() => setRevoking(null)} />}
    </>
  );
}

function columns(onRevoke: (token: Token) => void): readonly Column<Token>[] {
  const w = words().tokens;
  return [
    {
      head: w.name,
      cell: (row) => (
        <>
          <strong class="token-name">{row.name}</strong>
          <code class="words">{row.prefix}…</code>
        </>
      ),
    },
    { head: w.scopes, kind: "short", cell: (row) => row.scopes.map((scope) => w.scope[scope]).join(" · ") },
    {
      head: w.lastUsed,
      kind: "short",
      cell: (row) =>
        row.lastUsedAt === null ? (
          <span class="dim">{w.never}</span>
        ) : (
          <>
            <span class="phone-head">{w.lastUsed} </span>
            <Time at={row.lastUsedAt} as="near" />
          </>
        ),
    },
    { head: w.expires, kind: "short", phone: "beside", cell: (row) => <Expiry token={row} /> },
    { head: w.created, kind: "short", phone: "hidden", cell: (row) => <Time at={row.createdAt} /> },
    {
      head: words().common.acts,
      isHeadUnseen: true,
      kind: "short",
      phone: "beside",
      cell: (row) => (
        <div class="row tight">
          <Button kind="quiet danger" size="small" label={w.revokeOf(row.name)} onPress={() => onRevoke(row)}>
            {w.revoke}
          </Button>
        </div>
      ),
    },
  ];
}

function Expiry({ token: { expiresAt } }: { readonly token: Token }) {
  const w = words().tokens;
  if (expiresAt === null) {
    return (
      <span class="dim">
        <span class="phone-head">{w.expires} </span>
        {w.noEnd}
      </span>
    );
  }
  const isOver = Date.parse(expiresAt) <= now.value;
  return (
    <span class={isOver ? "bad" : ""}>
      {isOver ? w.expired : <span class="phone-head">{w.expires}</span>} <Time at={expiresAt} />
    </span>
  );
}

function RevokeDialog({
  token: { id, name, lastUsedAt },
  onDone,
  onClose,
}: {
  readonly token: Token;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const w = words().tokens.revokeDialog;
  const run = async (): Promise<void> => {
    await ask(api.DELETE("/api/tokens/{id}", { params: { path: { id } } }));
    onDone();
    toast(w.did(name));
  };
  return (
    <Confirm title={w.title(name)} act={w.act} danger onAct={run} onClose={onClose}>
      <p>{w.says}</p>
      <p class="dim">
        {lastUsedAt === null ? (
          w.neverUsed
        ) : (
          <>
            {words().tokens.lastUsed}
            {words().common.colon}
            <Time at={lastUsedAt} as="ago" />
          </>
        )}
      </p>
    </Confirm>
  );
}
