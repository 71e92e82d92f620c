import type { ImportKind } from "./chosen.ts";

export type Target = "address" | "username" | "area" | "reason" | "detail" | "attribute" | "ignored";

/** What becomes of a column of the file. */
export interface Mapped {
  readonly target: Target;
  /** Of an attribute. */
  readonly name: string;
  /** An attribute whose values are numbers. */
  readonly isNumber: boolean;
}

export const TARGETS: Readonly<Record<ImportKind, readonly Target[]>> = {
  recipients: ["address", "username", "area", "attribute", "ignored"],
  suppressions: ["address", "reason", "detail", "ignored"],
};

/** Headers that people write, in small letters and without spaces; the surer ones first. */
const KNOWN_HEADERS: Readonly<Partial<Record<Target, readonly string[]>>> = {
  address:
    "address email e-mail mail emailaddress e-mailaddress mailaddress 邮箱 邮件 电子邮件 电子邮箱 邮箱地址 邮件地址 地址 電子郵件 郵箱 信箱 メール メールアドレス 이메일 correo courriel".split(
      " ",
    ),
  username:
    "username displayname fullname name 姓名 名字 用户名 用戶名 称呼 稱呼 昵称 暱稱 氏名 名前 이름 성명 nombre nom имя firstname givenname vorname prénom".split(
      " ",
    ),
  area: "area 地区 地區 区域 區域 region région región регион 城市 city town ville stadt ciudad город 都市 市区町村 도시 지역 地域 省份 省 province 省市 所在地".split(
    " ",
  ),
  reason: "reason 原因".split(" "),
  detail: "detail note comment 说明 备注 備註".split(" "),
};

const NUMBER_COLUMN = /^(.*?)\s*:\s*number$/is;
/** A header as filters and templates name an attribute. */
const AS_IN_FILTERS = /^attributes\.(?=.)/is;
const COLUMNS: ReadonlySet<string> = new Set(["address", "username", "area"]);
const HAS_ADDRESS = /^\s*[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+\s*$/;

/**
 * How the first two columns of a file of rejected rows are called, in each language. They say what was wrong with a row,
 * and are nothing of the person's.
 */
export const REJECTED_HEADS: readonly (readonly [line: string, reason: string])[] = [
  ["Line", "Why"],
  ["行号", "原因"],
];

/** Whether a file is one of rejected rows, as this page saves it. */
export function isOfRejected(header: readonly string[]): boolean {
  return REJECTED_HEADS.some((heads) => heads.every((head, at) => header[at] === head));
}

/** Whether the first line is a row already: names of columns have no address among them. */
export function isNameless(header: readonly string[]): boolean {
  return header.some((cell) => HAS_ADDRESS.test(cell));
}

/**
 * What the columns probably are, by their names and by what stands in them.
 *
 * @param header names, or as many empty texts
 */
export function guessMapping(
  kind: ImportKind,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly Mapped[] {
  const added = isOfRejected(header) ? 2 : 0;
  const guesses: (Target | null)[] = header.map((_, at) => (at < added ? "ignored" : null));
  const plain = header.map((given, at) => (at < added ? "" : given.toLowerCase().replace(/[\s_]/g, "")));
  for (const target of TARGETS[kind]) {
    const known = KNOWN_HEADERS[target]?.find((one) => plain.includes(one));
    if (known !== undefined) guesses[plain.indexOf(known)] = target;
  }
  const inColumn = (at: number) => rows.filter((cells) => HAS_ADDRESS.test(cells[at] ?? "")).length;
  // A column called "address" may hold streets, and another one the addresses.
  const called = guesses.indexOf("address");
  const best = header.map((_, at) => at).toSorted((a, b) => inColumn(b) - inColumn(a))[0] ?? 0;
  if (called !== best && inColumn(best) > 0 && (called < 0 || inColumn(called) === 0)) {
    if (called >= 0) guesses[called] = null;
    guesses[best] = "address";
  }
  const named = header.map((given, at): Mapped => {
    const name = given.trim();
    const numbered = NUMBER_COLUMN.exec(name)?.[1];
    const target = guesses[at] ?? (name === "" ? "ignored" : restOf(kind));
    return { target, name: (numbered ?? name).replace(AS_IN_FILTERS, ""), isNumber: numbered !== undefined };
  });
  const taken = new Set<string>();
  return named.map((one) => {
    if (one.target !== "attribute") return one;
    const name = freeName(one.name, (other) => taken.has(other) || COLUMNS.has(other.toLowerCase()));
    taken.add(name);
    return { ...one, name };
  });
}

/** A column's name; with a number behind it where it is taken. */
function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let tries = 1; ; tries++) {
    const free = tries === 1 ? name : `${name}_${tries}`;
    if (!isTaken(free)) return free;
  }
}

/** What a column becomes that is nothing else. */
function restOf(kind: ImportKind): Target {
  return kind === "recipients" ? "attribute" : "ignored";
}

/** The mapping after a reader chose what a column becomes. What one column alone can be is taken from the one that was it. */
export function withTarget(
  kind: ImportKind,
  mapping: readonly Mapped[],
  at: number,
  target: Target,
): readonly Mapped[] {
  const isShared = target === "attribute" || target === "ignored";
  return mapping.map((one, index) => {
    if (index === at) return { ...one, target };
    return !isShared && one.target === target ? { ...one, target: restOf(kind) } : one;
  });
}

export type MappingFault = "no-name" | "reserved" | "twice";

/** What is wrong with a column's mapping; null: nothing. */
export function faultOf(mapping: readonly Mapped[], at: number): MappingFault | null {
  const one = mapping[at];
  if (one === undefined || one.target === "ignored") return null;
  if (one.target !== "attribute") {
    return mapping.findIndex(({ target }) => target === one.target) < at ? "twice" : null;
  }
  const name = one.name.trim();
  if (name === "") return "no-name";
  if (COLUMNS.has(name.toLowerCase()) || NUMBER_COLUMN.test(name)) return "reserved";
  const first = mapping.findIndex((other) => other.target === "attribute" && attributeOf(other) === attributeOf(one));
  return first < at ? "twice" : null;
}

/** What the API makes of an attribute's name, which may be written as in a filter. */
export function attributeOf({ name }: Pick<Mapped, "name">): string {
  return name.trim().replace(AS_IN_FILTERS, "");
}

export function hasAddress(mapping: readonly Mapped[]): boolean {
  return mapping.some(({ target }) => target === "address");
}

/** The header of what is sent to the API, and the columns of the file that it is made of, in that order. */
export function plan(mapping: readonly Mapped[]): {
  readonly header: readonly string[];
  readonly columns: readonly number[];
} {
  const used = mapping.flatMap((one, at) => (one.target === "ignored" ? [] : [{ ...one, at }]));
  return {
    header: used.map(({ target, name, isNumber }) =>
      target === "attribute" ? `${attributeOf({ name })}${isNumber ? ":number" : ""}` : target,
    ),
    columns: used.map(({ at }) => at),
  };
}
