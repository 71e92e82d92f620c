import type { Schemas } from "../../app/data/api.ts";
import { bytes, list, number } from "../../app/time/format.ts";
import { Button } from "../../parts/forms/button.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { Said } from "../../parts/signs/said.tsx";
import { words } from "../../words/dictionary.ts";

export type RelayTest = Schemas["RelayTest"];

/** Of EHLO, as far as it says something to a person. */
interface Offered {
  readonly pipelining?: boolean;
  readonly chunking?: boolean;
  readonly startTls?: boolean;
  readonly eightBitMime?: boolean;
  readonly smtpUtf8?: boolean;
  readonly sizeLimit?: number | null;
  readonly dsn?: boolean;
  readonly auth?: readonly string[];
}

/** What came of a try, step by step. */
export function TestResult({ test, onClose }: { readonly test: RelayTest; readonly onClose: () => void }) {
  const w = words().relays.testResult;
  const { ok, connectMs, totalMs, secured, authenticated, failure } = test;
  const offered = offers(test.offered as Offered | null);
  const ms = (value: number): string => w.ms(number(value));
  return (
    <Notice
      kind={ok ? "good" : "bad"}
      acts={
        <Button size="small" onPress={onClose}>
          {words().common.dismiss}
        </Button>
      }
    >
      {ok ? w.ok(ms(totalMs)) : w.failed(w.stages[failure?.stage ?? ""] ?? failure?.stage ?? "", ms(totalMs))}
      <ul class="test-steps">
        {connectMs !== null && <li>{w.connected(ms(connectMs))}</li>}
        {offered.length > 0 && <li>{w.offered(list(offered))}</li>}
        {connectMs !== null && <li>{secured ? w.secured : w.inClear}</li>}
        {authenticated !== null && <li>{authenticated ? w.signedIn : w.notSignedIn}</li>}
      </ul>
      {failure !== null && <Said>{failure.reply ?? failure.error}</Said>}
      {!ok && <p>{w.todo}</p>}
    </Notice>
  );
}

function offers(offered: Offered | null): string[] {
  if (offered === null) return [];
  const { auth = [], sizeLimit = null } = offered;
  return [
    ...(offered.startTls ? ["STARTTLS"] : []),
    ...(auth.length > 0 ? [`AUTH ${auth.join(" ")}`] : []),
    ...(offered.pipelining ? ["PIPELINING"] : []),
    ...(offered.chunking ? ["CHUNKING"] : []),
    ...(offered.eightBitMime ? ["8BITMIME"] : []),
    ...(offered.smtpUtf8 ? ["SMTPUTF8"] : []),
    ...(offered.dsn ? ["DSN"] : []),
    ...(sizeLimit === null ? [] : [`SIZE ${bytes(sizeLimit)}`]),
  ];
}
