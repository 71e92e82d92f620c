import { connect, type Socket } from "node:net";

const SESSIONS = 4;
/** Mails in one write; the next write follows when all of them are answered. */
const AT_ONCE = 25;
/** BDAT ends its content by count, so a mail of any bytes will do. */
const MAIL = `${"x".repeat(2046)}\r\n`;
/** A mail is RSET, MAIL, RCPT and BDAT: so many replies. */
const REPLIES_A_MAIL = 4;
const LF = 10;

/** The most mails per second that the sink takes, from a client that composes nothing and hardly reads. */
export async function flood(port: number, mails: number): Promise<number> {
  const started = performance.now();
  const share = mails / SESSIONS;
  await Promise.all(Array.from({ length: SESSIONS }, (_, session) => floodOne(port, session * share, share)));
  return mails / ((performance.now() - started) / 1000);
}

async function floodOne(port: number, first: number, mails: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const lines = linesOf(socket);
  await lines(1);
  socket.write("HELO flood\r\n");
  await lines(1);
  for (let sent = 0; sent < mails; sent += AT_ONCE) {
    const count = Math.min(AT_ONCE, mails - sent);
    const write = Array.from({ length: count }, (_, index) => mailTo(`${first + sent + index}@flood.example`));
    socket.write(write.join(""), "latin1");
    await lines(count * REPLIES_A_MAIL);
  }
  socket.destroy();
}

function mailTo(address: string): string {
  return `RSET\r\nMAIL FROM:<flood@flood.example>\r\nRCPT TO:<${address}>\r\nBDAT ${MAIL.length} LAST\r\n${MAIL}`;
}

/** Waits for so many more lines. */
function linesOf(socket: Socket): (count: number) => Promise<void> {
  let come = 0;
  let wanted = Infinity;
  let enough = (): void => {};
  let failed = (_: Error): void => {};
  socket.on("error", (error) => failed(error));
  socket.on("data", (chunk: Buffer) => {
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) come++;
    if (come >= wanted) enough();
  });
  return (count) =>
    new Promise((resolve, reject) => {
      wanted = count;
      enough = () => {
        come -= wanted;
        wanted = Infinity;
        resolve();
      };
      failed = reject;
      if (come >= wanted) enough();
    });
}
