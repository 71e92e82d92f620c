import { number, plural } from "../../app/time/format.ts";

export const templates = {
  title: "Templates",
  one: "Template",
  gone: "This template is not there",
  goneTodo: "It was deleted, or its address is not right. Pushes that took it keep what they took.",
  titleNew: "New template",
  intro: "Mails that are written once and pushed again and again",
  unsaved: "not stored yet",
  name: "Name",
  nameHint: "For you; readers do not see it.",
  kind: "Kind",
  kindHint: "A word of your own to sort by: newsletter.",
  anyKind: "any kind",
  noMatch: "No template is of this kind.",
  version: "Version",
  changed: "Changed",
  push: "Push it",
  create: "New template",
  none: "No templates yet",
  noneSays:
    "A template is a subject and a mail with {{ places }} for what is each reader's own. Each change makes a version, and a push keeps the one that it took.",
  content: "What the mail says",
  subject: "Subject",
  noSubject: "(no subject yet)",
  text: "Text",
  textHint: "For those who read without html. Left empty, it is made from the html.",
  store: "Store",
  storeVersion: (version: number) => `Store as version ${number(version)}`,
  isVersion: (version: number) => `Version ${number(version)}`,
  changedSince: "changed, not stored yet",
  keptDraft: "These are changes of yours that were not stored yet; this browser has kept them.",
  drop: "Drop them",
  made: "The template is stored.",
  stored: (version: number) => `Stored as version ${number(version)}.`,
  outdated: "Somebody else stored a version meanwhile.",
  takeTheirs: "Take theirs, drop mine",
  takeMine: "Store mine above it",
  versions: "Versions",
  by: (name: string) => `by ${name}`,
  read: "Look",
  versionsNote: "pushes keep the one that they took",
  newest: "newest",
  look: "Bring back",
  lookOf: (version: number) => `Bring back version ${number(version)} into the editor`,
  broughtBack: (version: number) =>
    `Version ${number(version)} stands in the editor. Store it, and it is the newest one.`,
  delete: "Delete…",
  deleteDialog: {
    more: (count: number) => `and ${number(count)} more`,
    title: (name: string) => `Delete ${name}?`,
    says: (versions: number) =>
      `${plural(versions, { one: "Its one version goes", other: `All its ${number(versions)} versions go` })}. Programs that name it by its id get an error.`,
    users: (count: number, lookedAt: number | null) => {
      const among = lookedAt === null ? "" : ` of the last ${number(lookedAt)}`;
      return count === 0
        ? `No push${among} took it.`
        : `${number(count)} ${plural(count, { one: "push", other: "pushes" })}${among} took it and ${plural(count, { one: "keeps", other: "keep" })} what ${plural(count, { one: "it", other: "they" })} took:`;
    },
    act: "Delete the template",
    did: (name: string) => `${name} is deleted. Undo stores its newest version again, under a new id.`,
  },
};
