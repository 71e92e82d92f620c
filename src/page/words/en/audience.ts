/** A filter in words: "area is beijing and plan is free or pro". */
export const audience = {
  everybody: "everybody",
  segment: (name: string, filter: string) => `segment ${name}: ${filter}`,
  and: " and ",
  area: "area",
  username: "name",
  address: "address",
  /** In place of an address. */
  erased: "that of somebody who was erased",
  createdAt: "added",
  operators: {
    eq: (field: string, value: string) => `${field} is ${value}`,
    ne: (field: string, value: string) => `${field} is not ${value}`,
    in: (field: string, value: string) => `${field} is ${value}`,
    gt: (field: string, value: string) => `${field} is more than ${value}`,
    gte: (field: string, value: string) => `${field} is at least ${value}`,
    lt: (field: string, value: string) => `${field} is less than ${value}`,
    lte: (field: string, value: string) => `${field} is at most ${value}`,
    contains: (field: string, value: string) => `${field} contains ${value}`,
    startsWith: (field: string, value: string) => `${field} begins with ${value}`,
    exists: (field: string, value: string) => (value === "true" ? `${field} is there` : `${field} is not there`),
  },
};
