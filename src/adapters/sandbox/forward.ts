import { mkdtemp, rm } from 'node:fs/promises';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Unix sockets on our side that lead to our own ports; a sandbox gets those it may use, one by one. */
export interface Forwards {
  /** The socket that leads to `127.0.0.1:<port>`; opened once, shared by every sandbox. */
  socketTo(port: number): Promise<string>;
  close(): Promise<void>;
}

/** Copies two connections into each other; one that breaks takes the other with it. */
const join2 = (one: Socket, other: Socket): void => {
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
  one.pipe(other).pipe(one);
};

/** Opens the folder of the sockets, short enough for a socket's name (107 bytes), which a runner's folders are not. */
export const openForwards = async (): Promise<Forwards> => {
  const folder = await mkdtemp(join(tmpdir(), 'ao-'));
  const servers: Server[] = [];
  const connections = new Set<Socket>();
  const open = new Map<number, Promise<string>>();
  const listen = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const path = join(folder, `${port}.sock`);
      const server = createServer({ allowHalfOpen: true }, (near) => {
        const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
        for (const each of [near, far]) connections.add(each.on('close', () => connections.delete(each)));
        join2(near, far);
      });
      servers.push(server);
      server.once('error', reject).listen(path, () => resolve(path));
    });
  return {
    socketTo: (port) => {
      const there = open.get(port) ?? listen(port);
      open.set(port, there);
      return there;
    },
    close: async () => {
      for (const each of connections) each.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
