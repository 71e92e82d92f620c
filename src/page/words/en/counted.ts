import { number, plural } from "../../app/time/format.ts";

/** "1 mail", "2 mails". */
export const mails = (count: number): string => `${number(count)} ${plural(count, { one: "mail", other: "mails" })}`;
/** "1 person", "2 people". */
export const people = (count: number): string =>
  `${number(count)} ${plural(count, { one: "person", other: "people" })}`;
/** "1 mail waits", "2 mails wait". */
export const mailsDo = (count: number, one: string, other: string): string =>
  `${mails(count)} ${plural(count, { one, other })}`;
/** "1 person waits", "2 people wait". */
export const peopleDo = (count: number, one: string, other: string): string =>
  `${people(count)} ${plural(count, { one, other })}`;
