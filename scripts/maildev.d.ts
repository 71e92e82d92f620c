declare module "maildev" {
  import type { Server } from "node:events";

  interface Mail {
    readonly id: string;
    readonly subject?: string;
    readonly text?: string;
    readonly html?: string;
    readonly to?: { readonly address: string; readonly name: string }[];
    readonly from?: { readonly address: string; readonly name: string }[];
    readonly envelope: { readonly to: { readonly address: string }[] };
  }

  class MailDev {
    constructor(options: { smtp: number; web: number; ip: string; silent: boolean; mailDirectory: string });
    readonly store: readonly Mail[];
    readonly smtp: Server;
    listen(): Promise<void>;
  }

  export default MailDev;
  export type { Mail };
}
