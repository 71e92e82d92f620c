import { createTransport } from "nodemailer";
import { SENDER, wholeMessage } from "./content.ts";
import { addressOf, SESSIONS } from "./order.ts";

/** Mails handed to the pool and not answered yet: enough that no session ever waits, few enough to be held in memory. */
const IN_HAND = SESSIONS * 25;

/** Sends over nodemailer's pool, in this process; gives how many were accepted. The content is not composed either. */
export async function throughNodemailer(port: number, run: string, mails: number): Promise<number> {
  const pool = createTransport({
    pool: true,
    host: "127.0.0.1",
    port,
    ignoreTLS: true,
    maxConnections: SESSIONS,
    maxMessages: Infinity,
  });
  const raw = Buffer.from(wholeMessage());
  let next = 0;
  let accepted = 0;
  const sendOn = async (): Promise<void> => {
    while (next < mails) {
      const sent = await pool.sendMail({ envelope: { from: SENDER, to: addressOf(run, next++) }, raw });
      accepted += sent.accepted.length;
    }
  };
  try {
    await Promise.all(Array.from({ length: IN_HAND }, sendOn));
    return accepted;
  } finally {
    pool.close();
  }
}
