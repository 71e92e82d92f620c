import type { BaseWords, Sections } from "../dictionary.ts";
import { audience } from "./audience.ts";
import { common } from "./common.ts";
import { filter } from "./filter.ts";
import { push } from "./push.ts";
import { shell } from "./shell.ts";
import { signIn } from "./sign-in.ts";
import { states } from "./states.ts";

const words: BaseWords = {
  audience,
  common,
  filter,
  push,
  shell,
  signIn,
  states,
};

export default words;

export const sections: Sections = {
  compose: async () => (await import("./compose.ts")).compose,
  suppressions: async () => (await import("./suppressions.ts")).suppressions,
  recipients: async () => (await import("./recipients.ts")).recipients,
  imports: async () => (await import("./imports.ts")).imports,
  pushes: async () => (await import("./pushes.ts")).pushes,
  relays: async () => (await import("./relays.ts")).relays,
  segments: async () => (await import("./segments.ts")).segments,
  settings: async () => (await import("./settings.ts")).settings,
  templates: async () => (await import("./templates.ts")).templates,
  tokens: async () => (await import("./tokens.ts")).tokens,
};
