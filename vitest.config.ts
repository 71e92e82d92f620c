import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { RemoteRelay } from "./test/relay/remote.ts";
import { certify } from "./test/setup/certify.ts";
import { oneRelay, type Port, severalRelays } from "./test/setup/relays.ts";

// In this order: the plugin loads Miniflare, which then reads which authorities the Worker's runtime is to trust.
const certificates = await certify();
const { cloudflareTest, readD1Migrations } = await import("@cloudflare/vitest-plugin");

const CAPABILITIES = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 26214400"];
const openRelay = async (control: string) => (await RemoteRelay.start(control, { capabilities: CAPABILITIES })).port;

/**
 * Their files share a workerd, since none leaves anything behind that another one sees: decisions, what is read and
 * written, ledgers in objects of their own. What sends by the Worker's relay or goes by what is in D1 is not among them.
 */
const SHARING = [
  "test/{core,log,message,page,relay-object,feedback/mail,transport/smtp}/**/*.test.ts",
  "test/{config,config-relays,long-runs}.test.ts",
  "test/delivery/patience.test.ts",
  "test/export/stream.test.ts",
  "test/feedback/{email,event,ledger,queues}.test.ts",
  "test/feedback/providers/{headers,postmark,sendgrid,ses}.test.ts",
  "test/http/access/idempotency-key.test.ts",
  "test/http/openapi.test.ts",
  "test/push/{breaker,canary,failure-groups,give-back,ledger-edges,older-worker,paused-for-relay,queue-latency}.test.ts",
  "test/push/{relay-disorder,rules,schedule,search,silent-relay-object,slow-rate,suspicion,used-quota,wake}.test.ts",
  "test/recipients/{address,attribute-paths,csv,fields,filter}.test.ts",
];

/** Inside workerd, with real D1, Queue and Durable Objects; sockets go to the relays that global-setup starts. */
function insideWorkerd(
  name: string,
  own: {
    readonly include: string[];
    readonly exclude: string[];
    readonly bindings: (open: () => Promise<Port>) => Promise<Record<string, string>>;
    /** All files in one workerd, with one D1 and relay: the start of these takes longer than most files. */
    readonly sharing?: true;
  },
): TestProjectConfiguration {
  return {
    plugins: [
      // Called for each workerd, so for each test file unless they share one: no others share a relay.
      cloudflareTest(async ({ inject }) => ({
        wrangler: { configPath: "./wrangler.toml" },
        miniflare: {
          // Not in wrangler.toml: see there.
          email: {
            send_email: [
              { name: "EMAIL" },
              {
                name: "NARROW_EMAIL",
                allowed_sender_addresses: ["news@example.com"],
                allowed_destination_addresses: ["ann@example.com"],
              },
            ],
          },
          ratelimits: {
            // A test may poll as often as it likes …
            RATE_LIMIT: { namespace_id: "1", simple: { limit: 1_000_000, period: 10 } },
            // … or see the limit.
            NARROW_RATE_LIMIT: { namespace_id: "2", simple: { limit: 3, period: 60 } },
          },
          bindings: {
            API_TOKEN: "test-token-of-32-bytes-as-always",
            SIGNING_KEY: "test-signing-key-of-at-least-32-bytes",
            // A key of its own, which signs nothing but tests.
            RECEIPT_KEY: "MC4CAQAwBQYDK2VwBCIEIHDnRbHtPMBzHweNtQLO5qaLLakBOjyGHhMCFJr1441G",
            // Waits of minutes become seconds, so that a test can see the end of them.
            BACKOFF_SCALE: "0.01",
            STALE_AFTER_SECONDS: "30",
            TEST_MIGRATIONS: await readD1Migrations("./migrations"),
            ...(await own.bindings(() => openRelay(inject("relayControl")))),
          },
        },
      })),
    ],
    test: {
      name,
      provide: { certificates },
      include: own.include,
      exclude: own.exclude,
      ...(own.sharing && { isolate: false, restoreMocks: true }),
      globalSetup: ["test/setup/global-setup.ts"],
      setupFiles: ["test/setup/apply-migrations.ts", "test/setup/forget-relay.ts"],
      testTimeout: 60_000,
    },
  };
}

export default defineConfig({
  test: {
    // A shared CI machine may stall a socket for seconds: a failed test gets a second try there, and nowhere else.
    retry: process.env.CI ? 1 : 0,
    // Files share nothing: each has a relay, or a stack, of its own. Vitest by itself leaves one of two cores idle.
    maxWorkers: 2,
    projects: [
      insideWorkerd("worker", {
        include: ["test/**/*.test.ts"],
        exclude: ["test/node/**", "test/relays/**", ...SHARING],
        bindings: oneRelay,
      }),
      insideWorkerd("sharing", { include: SHARING, exclude: [], bindings: oneRelay, sharing: true }),
      insideWorkerd("relays", {
        include: ["test/relays/**/*.test.ts"],
        exclude: [],
        bindings: severalRelays,
      }),
      {
        // Plain Node: whole stacks under `wrangler dev`, and what needs Node's own libraries.
        test: {
          name: "node",
          include: ["test/node/**/*.test.ts"],
          exclude: ["test/node/postfix/**", "test/node/servers/**", "test/node/webkit/**"],
          testTimeout: 240_000,
        },
      },
      {
        // Against other real mail servers, fetched for it: `npm run test:servers`, not part of `npm test`.
        test: {
          name: "servers",
          include: ["test/node/servers/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        // The page in WebKit, which not every machine has: `npm run test:webkit`, not part of `npm test`.
        test: {
          name: "webkit",
          include: ["test/node/webkit/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        // Against a real Postfix, which not every machine has: `npm run test:postfix`, not part of `npm test`.
        test: {
          name: "postfix",
          include: ["test/node/postfix/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
