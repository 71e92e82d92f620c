import { list, plural } from "../../app/time/format.ts";

export const shell = {
  main: "Main",
  inbox: "Inbox ↗",
  inboxSays: "Mails stay on this machine: this is where they arrive",
  pushes: "Pushes",
  recipients: "Recipients",
  suppressions: "Suppressions",
  templates: "Templates",
  segments: "Segments",
  relays: "Relays",
  tokens: "Tokens",
  settings: "Settings",
  newPush: "New push",
  menu: "Menu",
  account: "You and this page",
  signedInAs: (name: string) => `Signed in as ${name}`,
  until: (time: string) => `Until ${time}`,
  /** Of all times on the page. */
  zone: (zone: string, offset: string) => `Times are those of this device: ${zone}, ${offset}`,
  signOut: "Sign out",
  appearance: "Appearance",
  language: "Language",
  theme: { system: "As the system", light: "Light", dark: "Dark" },
  reference: "API reference",
  /** What this token may not do, and so is not shown. */
  may: {
    read: "see pushes, recipients and settings",
    write:
      "change recipients, suppressions, templates and segments; write pushes that wait for an approval; pause and cancel",
    send: "send mail: push, approve, test, resume, retry",
    master: "manage relays and tokens",
  },
  mayDo: "This token may",
  mayNot: "It may not, and those controls are not shown:",
  lacks: {
    scope: (scopes: readonly string[]) =>
      `needs a token with the ${plural(scopes.length, { one: "scope", other: "scopes" })} ${list(scopes)}`,
    master: "needs API_TOKEN itself",
    toChange: (scope: string) => `To change anything here, sign in with a token that has the scope ${scope}.`,
  },
  closed: {
    title: "Not with this token",
    scope: (scope: string, name: string) =>
      `This view needs a token with the scope ${scope}. You are signed in as ${name}, whose token lacks it.`,
    master: (name: string) => `Only API_TOKEN itself may see this. You are signed in as ${name}.`,
    read: (name: string) =>
      `This page shows nothing to a token without the scope read. You are signed in as ${name}, whose token lacks it: it is one for programs.`,
    todo: "Sign out, and sign in with another token.",
  },
  notFound: {
    title: "There is no such page",
    says: (path: string) => `Nothing is at ${path}. The address may be mistyped, or come from another version.`,
    todo: "Back to the pushes",
  },
  broken: {
    title: "This view broke",
    says: "A fault of the page's own, not of your pushes: they go on. Load the page again; if it breaks again, report these words:",
  },
  loadFailed: {
    title: "This view did not load",
    part: "A part of this view did not load.",
    todo: "A newer version of the page has taken its place, or the network is away. Drafts are kept in this browser.",
    reload: "Load the page again",
  },
};
