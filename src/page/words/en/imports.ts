import { number, plural } from "../../app/time/format.ts";

const rows = (count: number): string => `${number(count)} ${plural(count, { one: "row", other: "rows" })}`;

/** Files of people or of suppressed addresses. */
export const imports = {
  /** Of an import that is looked at from elsewhere. */
  running: {
    runs: (file: string, count: number) => `Importing ${file}: ${rows(count)} so far.`,
    waits: (file: string, count: number) => `The import of ${file} waits after ${rows(count)}.`,
    look: "Look",
    elsewhere: (file: string, count: number) => `${file} is being imported in another tab: ${rows(count)} so far.`,
    left: (file: string, count: number) =>
      `The import of ${file} ended when its tab was closed, after ${rows(count)}. These are in. The same file again adds the rest, and doubles nobody.`,
    again: "Choose the file again",
  },
  title: { recipients: "Import recipients", suppressions: "Import suppressions" },
  about: {
    recipients: "From a CSV file, of any size and in any encoding",
    suppressions: "From a CSV file: addresses that shall get no mail",
  },
  file: "The file",
  choose: {
    title: "Drop a CSV file anywhere on this page",
    act: "Choose a file",
    text: {
      recipients:
        "A line for each person, and in one column the addresses; the first line may name the columns. How it is read and what each column becomes is shown before anything is sent.",
      suppressions:
        "A line for each address; a reason and a note may stand beside it. How it is read is shown before anything is sent.",
    },
  },
  drop: "Drop it to see what is in it",
  oneFile: (file: string) => `One file at a time: this is ${file}.`,
  busy: (file: string) => `${file} is still being imported. Drop the next file when it has ended.`,
  another: "Another file",
  encoding: "Encoding",
  delimiter: "Separator",
  delimiters: { ",": "comma  ,", ";": "semicolon  ;", "\t": "tab", "|": "bar  |" },
  found: (name: string) => `${name} (found)`,
  hasHeader: "The first line names the columns",
  unreadable: (count: number) =>
    `${number(count)} ${plural(count, { one: "character", other: "characters" })} in the first lines cannot be read in this encoding. Choose the one in which the words below look right.`,
  faults: {
    empty: "This file is empty.",
    workbook: "This is a workbook, not a CSV file. In Excel: Save as, CSV UTF-8; then drop that file here.",
    "bad-header": "The first line cannot be read: a quote in it is never closed, or it is not text.",
  },
  column: (place: number) => `column ${place}`,
  columns: {
    title: "Its columns",
    note: "and what they become",
    inFile: "In the file",
    becomes: "Becomes",
    becomesOf: (column: string) => `What ${column} becomes`,
    nameOf: (column: string) => `Name of the attribute from ${column}`,
    line: (line: number) => `Line ${number(line)}`,
    targets: {
      address: "address",
      username: "name",
      area: "area",
      reason: "reason",
      detail: "note",
      attribute: "attribute",
      ignored: "left out",
    },
    asNumber: "numbers",
    usedAs: "in templates:",
    faults: {
      "no-name": "It needs a name.",
      reserved: "Each person has this field already: give the attribute another name, or choose the field on the left.",
      twice: "Another column becomes the same: rename one, or leave it out.",
    },
    marked: (column: string) => `Mend what is marked at ${column} above, or leave that column out.`,
    numbersSay:
      "Numbers can be compared in filters, such as more than 18. Telephone numbers and ids had better stay texts.",
  },
  noAddress: "Say which column holds the addresses.",
  noRows: "There is no row under the first line.",
  noAddressInRow: "no address in this row",
  tooManyCells: (cells: number, columns: number) =>
    `${cells} cells, and the file has ${columns} columns (a cell with a separator in it needs quotes)`,
  says: {
    recipients:
      "A person whose address is known is replaced as a whole: attributes that the file does not have are gone. A row that cannot be taken stops nothing; it is listed with its line. There is no undo.",
    suppressions:
      "Pushes skip these addresses from then on. Who is suppressed for the same reason already keeps the first note. A row that cannot be taken stops nothing.",
  },
  act: (count: number) => `Import ${rows(count)}`,
  actAbout: (count: string) => `Import about ${count} rows`,
  progress: "How far the file is imported",
  spoken: (share: string) => `${share} imported`,
  states: {
    running: (file: string) => `Importing ${file}`,
    paused: (file: string) => `Paused: ${file}`,
    failed: (file: string) => `Interrupted: ${file}`,
    stopped: (file: string) => `Stopped: ${file}`,
    done: (file: string) => `Imported ${file}`,
  },
  rows: "rows",
  created: { recipients: "added", suppressions: "suppressed" },
  updated: { recipients: "replaced", suppressions: "known before" },
  rejected: "not taken",
  pause: "Pause",
  goOn: "Go on",
  stop: "Stop here",
  failedSays: "What is counted above is in. Go on: it continues with the rows after these, and leaves none out.",
  stoppedSays: "What is counted above is in and stays. The same file again adds the rest, and doubles nobody.",
  allTaken: "Every row was taken.",
  rejectedTitle: (count: number) => `${rows(count)} not taken`,
  rejectedNote: "mend them in the file, and import that again",
  saveRejected: "Save them as CSV",
  lineHead: "Line",
  row: "Row",
  reasonHead: "Why",
  moreRejected: (count: number) => `and ${number(count)} more, all in the CSV file`,
  cutRejected: (count: number) => `The CSV file holds the first ${number(count)}.`,
  look: { recipients: "See the recipients", suppressions: "See the suppressions" },
};
