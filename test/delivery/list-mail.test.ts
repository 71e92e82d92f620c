import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Allowance } from "../../src/delivery/allowance.ts";
import { deliverGroup } from "../../src/delivery/group.ts";
import { verifyToken } from "../../src/message/signed/delivery-token.ts";
import { tokenInAddress } from "../../src/message/signed/return-path.ts";
import { keyName } from "../../src/message/signed/signing-keys.ts";
import { pushObject } from "../../src/push/call.ts";
import type { DeliverJob } from "../../src/push/job.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { addSuppressions } from "../../src/recipients/suppressions.ts";
import { World } from "../push/world.ts";
import { relay } from "../setup/own-relay.ts";

const RETURN_PATH = "bounce@bounces.example.com";
const KEYS = { current: env.SIGNING_KEY, previous: null };

beforeEach(async () => {
  const tables = ["recipients", "suppressions", "lifted_suppressions"];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  await env.DB.prepare(
    `INSERT INTO recipients (id, address, address_key, created_at, updated_at)
     SELECT value, 'p' || value || '@example.com', 'p' || value || '@example.com', 1, 1 FROM json_each('[1,2,3]')`,
  ).run();
});
afterEach(() => relay.reset({}));

/** Sends a push to recipients 1 to 3 through the relay. */
async function send(more: Partial<NewPush>, vars: object, capabilities: string[]) {
  await relay.reset({ capabilities, keep: "content" });
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) =>
    storage.transactionSync(() =>
      new World(storage, 3, { id, html: "<p>Hello</p>", ...more }, {}, Date.now()).release(),
    ),
  );
  const message = { ack() {}, retry() {}, attempts: 1 } as unknown as Message<DeliverJob>;
  const messages = new Map([1, 2, 3].map((one) => [one, message]));
  const share = { connections: 1, endsAt: Date.now() + 840_000, allowance: new Allowance() };
  await deliverGroup({ push: id, messages }, { ...env, ...vars } as Env, share);
  const mails = await relay.mails();
  const commands = (await relay.sessions()).flatMap((session) => session.commands);
  return { id, mails, commands, tallies: (await pushObject(env, id).status())?.tallies };
}

it("each mail comes from an address of its own, asks for reports where DSN is offered, and names its delivery", async () => {
  const { id, mails, commands } = await send({}, { RETURN_PATH }, ["PIPELINING", "DSN"]);
  expect(mails.length).toBe(3);
  for (const { from, to } of mails) {
    const recipient = Number(/^p(\d)@/.exec(to[0] ?? "")?.[1]);
    const token = tokenInAddress(RETURN_PATH, from) ?? "";
    expect(verifyToken("return-path", token, KEYS)).toEqual({ push: id, recipient });
    expect(commands).toContain(`MAIL FROM:<bounce+${token}@bounces.example.com> RET=HDRS ENVID=${token}`);
    expect(commands).toContain(`RCPT TO:<p${recipient}@example.com> NOTIFY=FAILURE,DELAY`);
  }
  expect(await relay.summary()).toMatchObject({ violations: [] });
});

it("without a return path, or without DSN, no report is asked for", async () => {
  const unset = await send({}, { RETURN_PATH: "" }, ["PIPELINING", "DSN"]);
  expect(new Set(unset.mails.map(({ from }) => from))).toEqual(new Set(["a@example.com"]));
  const plain = await send({}, { RETURN_PATH }, ["PIPELINING"]);
  expect([...unset.commands, ...plain.commands].filter((line) => /RET=|ENVID=|NOTIFY=/.test(line))).toEqual([]);
});

it("a push that began with the key before signs with it to its end, a new one with the new key", async () => {
  const SIGNING_KEY_PREVIOUS = "the key before this one";
  const old = { current: SIGNING_KEY_PREVIOUS, previous: null };
  const rotated = { RETURN_PATH, SIGNING_KEY_PREVIOUS };
  const idsOf = async (signedWith: string) => {
    const { mails } = await send({ signedWith }, rotated, []);
    const { from, content } = mails[0] ?? { from: "", content: "" };
    const id = /^Message-ID: <([^@]*)@/m.exec(`${content}`)?.[1] ?? "";
    return { token: tokenInAddress(RETURN_PATH, from) ?? "", id };
  };
  const before = await idsOf(keyName(SIGNING_KEY_PREVIOUS));
  const after = await idsOf(keyName(env.SIGNING_KEY));
  for (const [ids, keys] of [
    [before, old],
    [after, KEYS],
  ] as const) {
    expect(verifyToken("return-path", ids.token, keys)).not.toBeNull();
    expect(verifyToken("message-id", ids.id, keys)).not.toBeNull();
  }
});

it("who unsubscribed gets no mail of a list and all other mail; any other reason stops both", async () => {
  const because = (n: number, reason: "unsubscribed" | "complained") => {
    return { address: `p${n}@example.com`, reason, detail: null, push: null };
  };
  await addSuppressions(env.DB, [because(1, "unsubscribed"), because(2, "unsubscribed"), because(2, "complained")], 1);
  expect((await send({}, {}, [])).tallies).toMatchObject({ sent: 1, skipped: 2 });
  const receipt = await send({ list: false }, {}, []);
  expect(receipt.tallies).toMatchObject({ sent: 2, skipped: 1 });
  for (const { content } of receipt.mails) expect(`${content}`).not.toMatch(/^(List-|Precedence)/m);
});
