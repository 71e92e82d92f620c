import { STAGES, type Stage } from "../../src/core/reply.ts";
import { VERDICT_CLASSES, type VerdictClass } from "../../src/core/verdict-class.ts";
import { HOSTING_REPLIES } from "./server-replies/hosting.ts";
import { MESSAGE_REPLIES } from "./server-replies/message.ts";
import { RECIPIENT_REPLIES } from "./server-replies/recipient.ts";

export interface ServerReply {
  readonly stage: Stage;
  readonly text: string;
  /** The classes that are right. */
  readonly fine: readonly VerdictClass[];
}

/**
 * Replies as providers publish them, as public code and issues quote them, or of the same form, judged before the
 * classifier was run on them. A line has the stage, the class that the reply means, with a slash before other classes
 * that its words allow, and the reply, in which \\n separates lines.
 */
export const SERVER_REPLIES: readonly ServerReply[] = [MESSAGE_REPLIES, RECIPIENT_REPLIES, HOSTING_REPLIES].flatMap(
  (table) => table.trim().split("\n").map(read),
);

function read(line: string): ServerReply {
  const [, stage, classes, text] = /^(\S+) (\S+) (.+)$/.exec(line) ?? [];
  const fine = (classes ?? "").split("/") as VerdictClass[];
  if (!STAGES.includes(stage as Stage) || !fine.every((each) => VERDICT_CLASSES.includes(each))) {
    throw new Error(`not a row: ${line}`);
  }
  return { stage: stage as Stage, text: (text ?? "").replaceAll("\\n", "\n"), fine };
}
