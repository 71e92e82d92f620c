import { Buffer } from "node:buffer";
import { verify, X509Certificate } from "node:crypto";
import { err, ok, type Result } from "../../core/result.ts";
import { parseJson, textAt, timeAt } from "./fields.ts";
import { isTimely, type Refused, UNTIMELY, unverified } from "./provider.ts";

/** A message of Amazon SNS to an HTTPS endpoint, verified. */
export type SnsMessage =
  | { readonly type: "Notification"; readonly message: string; readonly at: number }
  /** `subscribeUrl`: a GET of it confirms. On SNS's own host. */
  | { readonly type: "SubscriptionConfirmation"; readonly subscribeUrl: string }
  | { readonly type: "UnsubscribeConfirmation" };

/** "sns.eu-west-1.amazonaws.com", in China "sns.cn-north-1.amazonaws.com.cn": only AWS answers there. */
const HOST = /^sns\.[a-z]{2,}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE_PATH = /^\/[\w-]+\.pem$/;

/** The fields that are signed, in their order; a field that is not there is left out. */
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const;

const DIGESTS: ReadonlyMap<string | null, string> = new Map([
  ["1", "RSA-SHA1"],
  ["2", "RSA-SHA256"],
]);

/**
 * Verifies a message of SNS: its topic, its time, and its signature of version 1 or 2, by the certificate that it names.
 * Any AWS account can make SNS sign a message, so only the topic tells whose it is. Source: Amazon SNS Developer Guide,
 * "Verifying the signatures of Amazon SNS messages".
 *
 * @param certificate gets the PEM text at a URL of SNS's host; what it throws becomes `feedback-not-taken`: SNS tries again
 */
export async function verifySns(
  body: string,
  {
    topicArn,
    now,
    certificate,
  }: {
    readonly topicArn: string;
    readonly now: number;
    readonly certificate: (url: string) => Promise<string>;
  },
): Promise<Result<SnsMessage, Refused>> {
  const json = parseJson(body);
  const type = textAt(json, "Type");
  if (type === null || !Object.hasOwn(SIGNED, type)) {
    return err(unverified("not a message of SNS: with raw message delivery nothing is signed, so switch it off"));
  }
  if (textAt(json, "TopicArn") !== topicArn) return err(unverified("the topic is not SES_TOPIC_ARN"));
  const at = timeAt(json, "Timestamp");
  if (!isTimely(at, now)) return err(unverified(UNTIMELY));
  const digest = DIGESTS.get(textAt(json, "SignatureVersion"));
  if (digest === undefined) return err(unverified("the signature's version is neither 1 nor 2"));
  const url = snsUrl(textAt(json, "SigningCertURL"));
  if (url === null || !CERTIFICATE_PATH.test(url.pathname) || url.search !== "") {
    return err(unverified("the certificate is not one of SNS"));
  }
  let pem: string;
  try {
    pem = await certificate(url.href);
  } catch (error) {
    return err({ code: "feedback-not-taken", detail: `the certificate of SNS could not be read: ${String(error)}` });
  }
  const signed = signedText(json, SIGNED[type as keyof typeof SIGNED]);
  if (!isSigned(digest, signed, textAt(json, "Signature") ?? "", pem)) return err(unverified("the signature is wrong"));
  switch (type) {
    case "SubscriptionConfirmation": {
      const subscribeUrl = snsUrl(textAt(json, "SubscribeURL"));
      if (subscribeUrl === null) return err(unverified("SubscribeURL is not on a host of SNS"));
      return ok({ type, subscribeUrl: subscribeUrl.href });
    }
    case "UnsubscribeConfirmation":
      return ok({ type });
    default:
      return ok({ type: "Notification", message: textAt(json, "Message") ?? "", at });
  }
}

/** The URL, if it is https on a host of SNS; else null. */
function snsUrl(text: string | null): URL | null {
  const url = URL.parse(text ?? "");
  if (url === null || url.protocol !== "https:" || !HOST.test(url.hostname)) return null;
  return url.port === "" && url.username === "" && url.password === "" ? url : null;
}

function signedText(json: unknown, fields: readonly string[]): string {
  return fields
    .map((name) => [name, textAt(json, name)])
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join("");
}

/** Never throws: certificate and signature come from outside. */
function isSigned(digest: string, text: string, signature: string, pem: string): boolean {
  try {
    const { publicKey } = new X509Certificate(pem);
    return verify(digest, Buffer.from(text), publicKey, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
