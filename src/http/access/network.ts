const GROUPS = 8;
/** Of the eight: a /64 is what one subscriber gets, and may choose any address in. */
const NETWORK_GROUPS = 4;

/** An IPv4 address as it is, the first 64 bits of an IPv6 address; an IPv4 address inside an IPv6 one is that address. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const groups = [...before, ...Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill("0"), ...after];
  const mapped = /^0:0:0:0:0:ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(groups.join(":"));
  if (mapped === null) return groups.slice(0, NETWORK_GROUPS).join(":");
  return mapped
    .slice(1)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
    .join(".");
}

/** Without leading zeros; an IPv4 address at the end is two groups. */
function groupsOf(text: string): string[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    const [a, b, c, d] = group.split(".").map(Number);
    if (a === undefined || b === undefined || c === undefined || d === undefined)
      return [hex(Number.parseInt(group, 16))];
    return [hex(a * 256 + b), hex(c * 256 + d)];
  });
}

function hex(value: number): string {
  return value.toString(16);
}
