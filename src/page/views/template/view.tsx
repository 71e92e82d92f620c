import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { Read } from "../../parts/lists/read.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { Editor } from "./editor.tsx";

const NEW = "new";

/** One template: what it says, how it looks to one of its readers, and how it came to be. */
export default function TemplateView({ params: { id = NEW } }: { readonly params: Readonly<Record<string, string>> }) {
  if (id === NEW) return <Editor template={null} onReload={() => {}} />;
  return <Stored id={id} />;
}

function Stored({ id }: { readonly id: string }) {
  const read = useLoaded((signal) => ask(api.GET("/api/templates/{id}", { params: { path: { id } }, signal })), [id]);
  if (read.value !== undefined) {
    return <Editor key={`${id} ${read.value.version}`} template={read.value} onReload={read.reload} />;
  }
  const w = words().templates;
  const isGone = read.refusal?.code === "not-found";
  const head = (
    <ViewHead
      title={isGone ? w.gone : w.one}
      crumbs={
        <>
          <a href="/templates">{w.title}</a> / {id}
        </>
      }
    />
  );
  if (isGone) {
    return (
      <>
        {head}
        <Notice kind="info">{w.goneTodo}</Notice>
      </>
    );
  }
  return (
    <>
      {head}
      <Read of={read} lines={8}>
        {() => null}
      </Read>
    </>
  );
}
