import { api, ask, type Schemas } from "../../app/data/api.ts";
import { gather, type Page } from "../../app/data/gather.ts";

export type Person = Schemas["Recipient"];

/** What a person is made of; `attributes` is the text of a JSON object, so that long numbers keep their digits. */
export interface PersonFields {
  readonly address: string;
  readonly username: string;
  readonly area: string;
  readonly attributes: string;
}

export function readPeople(
  {
    search,
    area,
    after,
  }: { readonly search: string | null; readonly area: string | null; readonly after: string | null },
  signal: AbortSignal,
): Promise<Page<Person>> {
  return gather(after, (cursor, limit) => {
    const query = {
      limit,
      ...(search === null ? {} : { search }),
      ...(area === null ? {} : { area }),
      ...(cursor === null ? {} : { after: cursor }),
    };
    return ask(api.GET("/api/recipients", { params: { query }, signal }));
  });
}

/** The person with exactly this address, in any case; null: nobody has it. */
export async function findPerson(address: string): Promise<Person | null> {
  // A whole address stands first in the answer.
  const { data } = await ask(api.GET("/api/recipients", { params: { query: { search: address, limit: 1 } } }));
  const [first] = data;
  return first !== undefined && first.address.toLowerCase() === address.toLowerCase() ? first : null;
}

/**
 * Adds a person, or replaces the one who has the address.
 *
 * @returns why the API does not take them; null: it did
 */
export async function addPerson(fields: PersonFields): Promise<string | null> {
  const { rejected } = await ask(
    api.POST("/api/recipients", { body: [], bodySerializer: () => `[${bodyOf(fields)}]` }),
  );
  return rejected[0]?.reason ?? null;
}

/** Sets the given fields only. */
export function changePerson(id: number, fields: Partial<PersonFields>): Promise<Person> {
  return ask(
    api.PATCH("/api/recipients/{id}", {
      params: { path: { id } },
      body: {},
      bodySerializer: () => bodyOf(fields),
    }),
  );
}

export function deletePerson(id: number): Promise<unknown> {
  return ask(api.DELETE("/api/recipients/{id}", { params: { path: { id } } }));
}

export function erasePerson(id: number): Promise<unknown> {
  return ask(api.DELETE("/api/recipients/{id}", { params: { path: { id }, query: { erase: "true" } } }));
}

/** The fields of a person as they stand, to be compared or sent again. */
export function fieldsOf({ address, username, area, attributes }: Person): PersonFields {
  return { address, username, area, attributes: JSON.stringify(attributes) };
}

function bodyOf({ attributes, ...texts }: Partial<PersonFields>): string {
  const parts = Object.entries(texts).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${[...parts, ...(attributes === undefined ? [] : [`"attributes":${attributes}`])].join(",")}}`;
}
