import { env } from "cloudflare:workers";

/** This environment with objects that answer claims as older code does: without these fields. Objects and rows are real. */
export function withOlderObject(...unknown: string[]): Env {
  const answered = (stub: DurableObjectStub, name: string) => {
    return async (...args: unknown[]) => {
      const call = (stub as unknown as Record<string, (...args: unknown[]) => Promise<object>>)[name];
      const answer = await call?.(...args);
      if (name !== "claim") return answer;
      return Object.fromEntries(Object.entries(answer ?? {}).filter(([field]) => !unknown.includes(field)));
    };
  };
  const PUSH = {
    getByName: (id: string) => new Proxy(env.PUSH.getByName(id), { get: (stub, name) => answered(stub, String(name)) }),
  } as unknown as Env["PUSH"];
  return { ...env, PUSH };
}
