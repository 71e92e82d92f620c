import type { Words } from "../dictionary.ts";
import { audience } from "./audience.ts";
import { common } from "./common.ts";
import { compose } from "./compose.ts";
import { filter } from "./filter.ts";
import { imports } from "./import.ts";
import { push } from "./push.ts";
import { pushes } from "./pushes.ts";
import { recipients } from "./recipients.ts";
import { relays } from "./relays.ts";
import { segments } from "./segments.ts";
import { settings } from "./settings.ts";
import { shell } from "./shell.ts";
import { signIn } from "./sign-in.ts";
import { states } from "./states.ts";
import { suppressions } from "./suppressions.ts";
import { templates } from "./templates.ts";
import { tokens } from "./tokens.ts";

const words: Words = {
  audience,
  common,
  compose,
  filter,
  imports,
  push,
  pushes,
  recipients,
  relays,
  segments,
  settings,
  shell,
  signIn,
  states,
  suppressions,
  templates,
  tokens,
};

export default words;
