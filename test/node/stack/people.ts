import type { Stack } from "../../../scripts/stack.ts";

/** Creates this many recipients, at most 1,000, and returns their addresses. */
export async function createRecipients(stack: Stack, count: number): Promise<string[]> {
  const people = Array.from({ length: count }, (_, index) => ({
    address: `reader${index}@example.com`,
    username: `reader ${index}`,
    area: "beijing",
  }));
  await stack.api("POST", "/api/recipients", people);
  return people.map((person) => person.address);
}

/** The addresses, at most 1,000, of a push's deliveries in one state. */
export async function addressesIn(stack: Stack, push: string, state: string): Promise<string[]> {
  const query = `state=${state}&limit=1000`;
  const page = await stack.api<{ data: { address: string }[] }>("GET", `/api/pushes/${push}/deliveries?${query}`);
  return page.data.map(({ address }) => address);
}
