import { api, ask, type Schemas } from "../app/data/api.ts";

/** How many are in `SAMPLES`, whose list few ask for. */
export const SAMPLE_COUNT = 12;

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
  const { SAMPLES } = await import("./sample-list.ts");
  const body = SAMPLES.map(([name, username, area, city, plan]) => {
    return { address: `${name}@example.com`, username, area, attributes: { city, plan } };
  });
  const { created, updated } = await ask(api.POST("/api/recipients", { body }));
  return created + updated;
}

/** Takes the sample people out again. Throws Refusal. */
export async function removeSamplePeople(): Promise<void> {
  const { SAMPLES } = await import("./sample-list.ts");
  const filter = { address: SAMPLES.map(([name]) => `${name}@example.com`) };
  const { data } = await ask(api.POST("/api/recipients/select", { body: { filter } }));
  await Promise.all(data.map(({ id }) => ask(api.DELETE("/api/recipients/{id}", { params: { path: { id } } }))));
}
