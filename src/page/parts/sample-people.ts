import { api, ask, type Schemas } from "../app/data/api.ts";

/** People to try it on: nobody's addresses (RFC 2606), with names that careless programs break. */
const SAMPLES = [
  ["wang", "王伟", "beijing", "北京", "pro"],
  ["li", "李秀英", "beijing", "北京", "free"],
  ["zhang", "张敏", "beijing", "北京", "free"],
  ["liu", "刘洋", "beijing", "北京", "pro"],
  ["chen", "陈静", "shanghai", "上海", "free"],
  ["yang", "杨磊", "shanghai", "上海", "pro"],
  ["zhao", "赵丽", "shanghai", "上海", "free"],
  ["huang", "黄勇", "chengdu", "成都", "free"],
  ["zhou", "周杰", "chengdu", "成都", "pro"],
  ["mueller", "Zoë Müller", "berlin", "Berlin", "pro"],
  ["obrien", "Siobhán O'Brien", "berlin", "Berlin", "free"],
  ["weiss", "Weiß, Peter", "berlin", "Berlin", "free"],
] as const;

export const SAMPLE_COUNT = SAMPLES.length;

/** Whether mails go nowhere but to an inbox on the same machine, or nowhere at all: only then are sample people offered. */
export function triesOut({ relays, checks }: Schemas["Settings"]): boolean {
  return relays.every(({ id, transport, security }) => {
    const isInClear = checks.some((check) => check.code === "relay-in-clear" && check.relay === id);
    // To a server on the same machine nobody warns of mails in clear.
    return transport === "none" || (transport === "smtp" && security === "none" && !isInClear);
  });
}

/** Adds the sample people; how many. Throws Refusal. */
export async function addSamplePeople(): Promise<number> {
  const body = SAMPLES.map(([name, username, area, city, plan]) => {
    return { address: `${name}@example.com`, username, area, attributes: { city, plan } };
  });
  const { created, updated } = await ask(api.POST("/api/recipients", { body }));
  return created + updated;
}

/** Takes the sample people out again. Throws Refusal. */
export async function removeSamplePeople(): Promise<void> {
  const filter = { address: SAMPLES.map(([name]) => `${name}@example.com`) };
  const { data } = await ask(api.POST("/api/recipients/select", { body: { filter } }));
  await Promise.all(data.map(({ id }) => ask(api.DELETE("/api/recipients/{id}", { params: { path: { id } } }))));
}
