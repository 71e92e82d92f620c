import { createServer } from "node:net";

/** A port of 127.0.0.1 that nobody listens on: `wanted` if it is free, else one that the system picks. */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0 && !(await isFree(wanted))) return freePort();
  return listenOnce(wanted);
}

/** Whether nobody listens on this port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : port));
    });
  });
}
