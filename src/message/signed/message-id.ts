import { signToken } from "./delivery-token.ts";

/** `<push.recipient.mac@domain>`: the same at every attempt; recipients cannot forge another. */
export function messageId(signingKey: string, push: string, recipient: number, domain: string): string {
  return `<${signToken("message-id", push, recipient, signingKey)}@${domain}>`;
}
