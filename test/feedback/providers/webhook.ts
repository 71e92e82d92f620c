import { env } from "cloudflare:workers";
import { generate } from "selfsigned";
import type { FeedbackEvent } from "../../../src/feedback/event.ts";
import { signToken } from "../../../src/message/signed/delivery-token.ts";
import { call } from "../../http/api.ts";

/** Key of every test's tokens. */
export const KEYS = { current: env.SIGNING_KEY, previous: null };
export const PUSH = "a_push-with_many";
export const RECIPIENT = 7;
/** As the mail of recipient 7 carries it. */
export const TOKEN = signToken("event", PUSH, RECIPIENT, KEYS.current);

/** An RSA key and its certificate, as SNS has them. */
export async function rsaCertificate(): Promise<{ pem: string; key: string }> {
  const made = await generate([{ name: "commonName", value: "sns.amazonaws.com" }], { keyType: "rsa", keySize: 2048 });
  return { pem: made.cert, key: made.private };
}

/** Posts a call of a provider to the Worker with these vars; resolves to the status and the events put on the queue. */
export async function webhook(
  provider: string,
  body: string,
  {
    headers = {},
    vars = {},
    queueFails = false,
  }: { headers?: Record<string, string>; vars?: object; queueFails?: boolean } = {},
): Promise<{ status: number; events: FeedbackEvent[] }> {
  const events: FeedbackEvent[] = [];
  const FEEDBACK = {
    sendBatch: async (messages: MessageSendRequest<FeedbackEvent>[]) => {
      if (queueFails) throw new Error("the queue is down");
      events.push(...messages.map(({ body: event }) => event));
    },
  };
  const bindings = { ...env, ...vars, FEEDBACK } as unknown as Env;
  const { status } = await call("POST", `/api/feedback/${provider}`, body, headers, bindings);
  return { status, events };
}
