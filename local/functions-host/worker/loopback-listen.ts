import net from 'node:net';

type Listen = (this: net.Server, ...args: unknown[]) => net.Server;

/**
 * While `action` runs, servers that listen without naming a host bind to 127.0.0.1, not to every interface. `@azure/functions` opens its streaming
 * server that way (`server.listen(callback)`), without authentication. Returns what `action` gave and the servers it opened.
 */
export async function listenOnLoopback<T>(action: () => Promise<T>): Promise<{ result: T; servers: net.Server[] }> {
  const prototype = net.Server.prototype as { listen: unknown };
  const original = prototype.listen as Listen;
  const servers: net.Server[] = [];
  prototype.listen = function listen(this: net.Server, ...args: unknown[]): net.Server {
    servers.push(this);
    const callback = args.at(-1);
    const [first] = args;
    const rest = typeof callback === 'function' ? [callback] : [];
    if (first === undefined || typeof first === 'function')
      return original.call(this, { port: 0, host: '127.0.0.1' }, ...rest);
    if (typeof first === 'number' && typeof args[1] !== 'string')
      return original.call(this, { port: first, host: '127.0.0.1' }, ...rest);
    return original.apply(this, args);
  };
  try {
    return { result: await action(), servers };
  } finally {
    prototype.listen = original;
  }
}
