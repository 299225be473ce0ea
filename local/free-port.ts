import { createServer } from 'node:net';

/** Whether nobody listens on this port of 127.0.0.1; 0 is always free. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
