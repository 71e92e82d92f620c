/** A made-up recipient of the demo. */
export interface SampleRecipient {
  readonly address: string;
  readonly username: string;
  readonly area: string;
  readonly city: string;
}

const AREAS = [
  { area: "beijing", city: "北京", share: 4 },
  { area: "shanghai", city: "上海", share: 3 },
  { area: "chengdu", city: "成都", share: 2 },
  { area: "berlin", city: "Berlin", share: 1 },
] as const;

const SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗".split("");
const GIVEN_NAMES = [
  "伟",
  "芳",
  "娜",
  "敏",
  "静",
  "秀英",
  "丽",
  "强",
  "磊",
  "洋",
  "艳",
  "勇",
  "杰",
  "娟",
  "涛",
  "明",
  "超",
];
/** Names that break careless header encoders and CSV readers. */
const WESTERN_NAMES = [
  "Zoë Müller",
  "Jürgen Groß",
  "Siobhán O'Brien",
  'Anna "Ännchen" Vogt',
  "Weiß, Peter",
  "Tom & Jerry",
];

/** `count` recipients, the same at every call: 40 % in beijing, 30 % in shanghai, 20 % in chengdu, 10 % in berlin. */
export function sampleRecipients(count: number): SampleRecipient[] {
  const places = AREAS.flatMap(({ share, ...place }) => Array.from({ length: share }, () => place));
  return Array.from({ length: count }, (_, index) => {
    const place = at(places, index);
    return { address: `reader${index + 1}@${place.area}.example`, username: nameOf(index, place.area), ...place };
  });
}

/** CSV for POST /api/recipients/import; the import stores `city` as an attribute. */
export function toCsv(recipients: readonly SampleRecipient[]): string {
  const rows = recipients.map((one) => [one.address, one.username, one.area, one.city].map(quote).join(","));
  return ["address,username,area,city", ...rows, ""].join("\r\n");
}

/** Western names carry a number, to tell namesakes apart in the inbox. */
function nameOf(index: number, area: string): string {
  if (area === "berlin") return `${at(WESTERN_NAMES, Math.floor(index / 10))} ${index + 1}`;
  return at(SURNAMES, index * 7) + at(GIVEN_NAMES, index * 3) + at(GIVEN_NAMES, Math.floor(index / 17));
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

/** RFC 4180, section 2. */
function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
