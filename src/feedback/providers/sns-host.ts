// What is read from hosts of SNS. `verifySns` has checked each URL.

/** AWS changes its certificates about once a year; regions have their own. */
const MAX_CERTIFICATES = 16;
const MAX_CERTIFICATE_CHARACTERS = 16_384;
const TIMEOUT_MS = 10_000;

const certificates = new Map<string, string>();

/** The certificate at a URL of SNS, kept for the isolate's life. Throws if it cannot be read. */
export async function readCertificate(url: string): Promise<string> {
  const known = certificates.get(url);
  if (known !== undefined) return known;
  const pem = await (await get(url)).text();
  if (pem.length > MAX_CERTIFICATE_CHARACTERS) throw new Error("it is longer than any certificate");
  if (certificates.size >= MAX_CERTIFICATES) certificates.clear();
  certificates.set(url, pem);
  return pem;
}

/** Confirms a subscription. Throws if SNS does not. */
export async function confirmSubscription(url: string): Promise<void> {
  await (await get(url)).body?.cancel();
}

/** No redirect: it would lead away from the host that was checked. */
async function get(url: string): Promise<Response> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status === 200) return response;
  await response.body?.cancel();
  throw new Error(`SNS answered ${response.status}`);
}
