import * as z from "zod";
import { PROVIDERS, type ProviderName } from "../feedback/providers/provider.ts";
import { isSendgridKey } from "../feedback/providers/sendgrid.ts";
import { ConfigError } from "./error.ts";
import { expected, oneOf, orNothing, secret } from "./fields.ts";

/** What the webhooks and headers of mail providers need; null: not set, and its webhook is shut. */
export interface ProviderSettings {
  /** Whose relay SMTP_HOST is: which headers a mail gets. */
  readonly smtp: ProviderName | null;
  /** null: the identity's default one. */
  readonly sesConfigurationSet: string | null;
  readonly sesTopicArn: string | null;
  readonly postmarkUsername: string;
  readonly postmarkPassword: string | null;
  /** base64 of a SubjectPublicKeyInfo. */
  readonly sendgridPublicKey: string | null;
  readonly mailgunSigningKey: string | null;
}

export const PROVIDER_VARIABLES = {
  SMTP_PROVIDER: orNothing(z.enum(PROVIDERS, oneOf(PROVIDERS))),
  SES_CONFIGURATION_SET: orNothing(
    z.string().regex(/^[\w-]{1,64}$/, expected("the name of a configuration set: letters, digits, _ and -")),
  ),
  SES_TOPIC_ARN: orNothing(
    z
      .string()
      .regex(
        /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
        expected("an ARN such as arn:aws:sns:eu-west-1:123456789012:mailpush"),
      ),
  ),
  POSTMARK_USERNAME: z
    .string()
    .regex(/^[\x21-\x39\x3b-\x7e]*$/, expected("printable ASCII without a space or a colon"))
    .default("")
    .transform((name) => name || "mailpush"),
  POSTMARK_PASSWORD: orNothing(secret("POSTMARK_PASSWORD")),
  SENDGRID_PUBLIC_KEY: orNothing(
    z.string().refine(isSendgridKey, { error: "is no key: expected the verification key as SendGrid shows it" }),
  ),
  MAILGUN_SIGNING_KEY: orNothing(secret("MAILGUN_SIGNING_KEY")),
};

const Variables = z.object(PROVIDER_VARIABLES);

export function providerSettings(v: z.output<typeof Variables>): ProviderSettings {
  return {
    smtp: v.SMTP_PROVIDER,
    sesConfigurationSet: v.SES_CONFIGURATION_SET,
    sesTopicArn: v.SES_TOPIC_ARN,
    postmarkUsername: v.POSTMARK_USERNAME,
    postmarkPassword: v.POSTMARK_PASSWORD,
    sendgridPublicKey: v.SENDGRID_PUBLIC_KEY,
    mailgunSigningKey: v.MAILGUN_SIGNING_KEY,
  };
}

/** The value of a variable that a webhook cannot do without. Throws `ConfigError` if it is not set. */
export function required(value: string | null, variable: string): string {
  if (value !== null) return value;
  throw new ConfigError([{ variable, message: "is not set, so the calls of this webhook cannot be verified" }]);
}
