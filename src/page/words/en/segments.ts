import { plural } from "../../app/time/format.ts";

export const segments = {
  title: "Segments",
  intro: "Filters with a name, to choose for a push",
  name: "Name",
  people: "People now",
  peopleOf: (count: number) => plural(count, { one: "person", other: "people" }),
  changed: "Changed",
  about: (count: string) => `about ${count}`,
  push: "Push to it",
  create: "New segment…",
  editOf: (name: string) => `Edit ${name}`,
  delete: "Delete…",
  deleteOf: (name: string) => `Delete ${name}`,
  none: "No segments yet",
  noneSays:
    "A segment is a choice of people that you make again and again: all in Beijing who pay, say. It holds the conditions, not the people: who fits later belongs to it later.",
  dialog: {
    titleNew: "New segment",
    title: (name: string) => `Edit ${name}`,
    whom: "Whom it selects",
    save: "Save",
    keeps: "Pushes that took this segment keep the filter as it was then.",
    unfinished: "One condition is not finished.",
    selects: (count: number) => plural(count, { one: "person matches now", other: "people match now" }),
    instance: (names: string) => `for instance ${names}`,
    made: (name: string) => `${name} is stored.`,
    changed: (name: string) => `${name} is changed.`,
  },
  deleteDialog: {
    title: (name: string) => `Delete ${name}?`,
    says: "Nobody is deleted, only the choice. Pushes that took it keep its filter; programs that name it by its id get an error.",
    act: "Delete the segment",
    did: (name: string) => `${name} is deleted. Undo stores it again, under a new id.`,
  },
};
