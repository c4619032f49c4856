import type { Server } from 'node:net';

/** Lets a TCP server listen on any free port of an address, and gives that port. Rejects with the system's error when there is none to be had. */
export function listenAnywhere(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port: 0 }, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error(`a server on ${address} was given no port`));
      else resolve(bound.port);
    });
  });
}
