import { number } from "../../app/time/format.ts";

export const common = {
  product: "mailpush",
  skip: "Skip to the content",
  /** The way up, for screen readers. */
  crumbs: "Where this is",
  save: "Save",
  cancel: "Cancel",
  close: "Close",
  delete: "Delete",
  edit: "Edit",
  add: "Add",
  acts: "Actions",
  search: "Search",
  undo: "Undo",
  copy: "Copy",
  copied: "Copied",
  again: "Try again",
  loading: "Loading…",
  colon: ": ",
  /** Behind something, in parentheses. */
  aside: (text: string) => ` (${text})`,
  previous: "Back to the first",
  next: "Next page",
  any: "any",
  none: "none",
  optional: "optional",
  /** A list that ends here, and how many it showed. */
  shown: (count: number) => `${number(count)} shown`,
  showAll: "Show all",
  end: "End of the list",
  byApi: "The same by the API",
  typeNumber: (number: string) => `Type ${number} to confirm`,
  dismiss: "Dismiss",
  justNow: "just now",
  atOnce: "in a moment",
  within: (span: string) => `in ${span}`,
  before: (span: string) => `${span} ago`,
  /** Of a list that is read again and again. */
  fresh: (age: string) => `read ${age}`,
  stale: (age: string) => `not reached, last read ${age}`,
  maybeDone: "It may have been done all the same: what stands behind this window tells, once there is an answer.",
  notOurs: (said: string) => `Something between this page and mailpush answered in its place: ${said}`,
  /** Of a mail that is shown. */
  remoteImages: "This mail loads images from elsewhere. Their servers would see that you look.",
  showImages: "Show images",
  deadLinks: "Links lead nowhere in a preview: send a test to try them.",
};
