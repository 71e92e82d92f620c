import type { BaseWords, Sections } from "../shape.ts";
import { audience } from "./audience.ts";
import { common } from "./common.ts";
import { filter } from "./filter.ts";
import { shell } from "./shell.ts";
import { signIn } from "./sign-in.ts";
import { states } from "./states.ts";

const words: BaseWords = {
  audience,
  common,
  filter,
  shell,
  signIn,
  states,
};

export default words;

export const own = async () => (await import("./own-words.ts")).own;

export const sections: Sections = {
  compose: async () => (await import("./compose.ts")).compose,
  dialogs: async () => (await import("./dialogs.ts")).dialogs,
  imports: async () => (await import("./imports.ts")).imports,
  push: async () => (await import("./push.ts")).push,
  pushes: async () => (await import("./pushes.ts")).pushes,
  recipients: async () => (await import("./recipients.ts")).recipients,
  relays: async () => (await import("./relays.ts")).relays,
  segments: async () => (await import("./segments.ts")).segments,
  sending: async () => (await import("./sending.ts")).sending,
  settings: async () => (await import("./settings.ts")).settings,
  suppressions: async () => (await import("./suppressions.ts")).suppressions,
  templates: async () => (await import("./templates.ts")).templates,
  tokens: async () => (await import("./tokens.ts")).tokens,
};
