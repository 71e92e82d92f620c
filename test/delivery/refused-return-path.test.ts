import { expect, it } from "vitest";
import { parseReplyLine } from "../../src/core/reply.ts";
import { judge } from "../../src/delivery/settle/judge.ts";
import type { Outcome } from "../../src/push/rpc.ts";
import { address, inObject, outcome, World } from "../push/world.ts";

/** Refusals of a return path, which is another one for each recipient. */
const REPLIES = [
  "501 5.1.7 Bad sender address syntax",
  "501 Syntax error in parameters or arguments",
  "553 5.1.8 <bounce+abc@bounces.example.com>: Sender address rejected: Domain not found",
  "555 5.5.4 Unsupported option: ENVID=abc",
  "550 5.7.1 Access denied",
];
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

function refused(id: number, text: string): Outcome {
  const reply = parseReplyLine(text);
  if (reply === null) throw new Error(`no reply: ${text}`);
  return judge({ kind: "answered", id, reply, stage: "mail" }, address(id));
}

it("a server that takes no return path pauses the push with its words, and fails nobody", async () => {
  for (const text of REPLIES) {
    await inObject((storage) => {
      const world = new World(storage, 100);
      const token = world.sending(...range(1, 100));
      world.settle(token, ...range(1, 25).map((id) => refused(id, text)));
      expect(world.push).toMatchObject({ status: "paused", reason: expect.stringContaining(text.slice(0, 10)) });
      expect(world.ledger.tallies()).toMatchObject({ failed: 0, pending: 25 });
    });
  }
});

it("a server that takes some and then none fails nobody either: those passed over before are undone", async () => {
  await inObject((storage) => {
    const world = new World(storage, 100);
    const token = world.sending(...range(1, 100));
    world.settle(token, ...range(1, 20).map((id) => outcome(id, "sent")));
    for (const id of range(21, 25)) world.settle(token, refused(id, REPLIES[0] as string));
    expect(world.push.status).toBe("paused");
    expect(world.ledger.tallies()).toMatchObject({ failed: 0, sent: 20 });
  });
});

it("one return path that the server refuses neither stops the push nor suppresses anybody", async () => {
  await inObject((storage) => {
    const world = new World(storage, 30);
    const token = world.sending(...range(1, 30));
    world.settle(token, ...range(1, 20).map((id) => outcome(id, "sent")));
    world.settle(token, refused(21, REPLIES[0] as string), ...range(22, 30).map((id) => outcome(id, "sent")));
    expect(world.push.status).toBe("finished");
    expect(world.row(21)).toMatchObject({ state: "failed", class: "unauthorised" });
    expect(world.ledger.sql.exec("SELECT count(*) AS n FROM suppress").one()).toEqual({ n: 0 });
    expect(world.retry().ok, "a person may have them sent again").toBe(true);
  });
});
