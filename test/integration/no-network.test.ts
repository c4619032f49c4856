import { createSocket, Socket as DatagramSocket } from 'node:dgram';
import dns from 'node:dns';
import { isIP, Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callPlan, phaseSummary, runCall } from '../support/call.ts';
import { hasCoturn, NO_COTURN, startCoturn, TURN_PASSWORD, TURN_USER } from '../support/coturn.ts';
import { canIsolate, NO_NAMESPACE, runTestOnLoopbackAlone } from '../support/namespace.ts';

const ALL_OK = ['gathering ok', 'ice ok', 'dtls ok', 'firstMedia ok', 'sustainedMedia ok', 'text ok'];

/** Everything the process asks of the network: names it looks up, and addresses it binds, sends and connects to. */
interface Contacts {
  readonly names: Set<string>;
  readonly bound: Set<string>;
  readonly addresses: Set<string>;
}

/** Records every contact until the mocks are restored; all of them still happen. */
function recordContacts(): Contacts {
  const contacts: Contacts = { names: new Set(), bound: new Set(), addresses: new Set() };
  const nameArgument = (...args: unknown[]): void => {
    contacts.names.add(String(args[0]));
  };
  for (const resolver of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype] as object[]) {
    for (const method of Object.getOwnPropertyNames(resolver).filter((name) => /^(lookup|resolve|reverse)/.test(name))) {
      before(resolver, method, nameArgument);
    }
  }
  before(DatagramSocket.prototype, 'bind', (options) => contacts.bound.add(String((options as { address?: string })?.address)));
  before(DatagramSocket.prototype, 'connect', (_port, address) => contacts.addresses.add(String(address)));
  // The last text argument is the address, whichever of send's forms is used; there is none only on a connected socket.
  before(DatagramSocket.prototype, 'send', (message, ...rest) => {
    const address = [typeof message === 'string' ? null : message, ...rest].findLast((arg) => typeof arg === 'string');
    contacts.addresses.add(String(address));
  });
  before(Socket.prototype, 'connect', (...args) => {
    const [first] = args.flat() as [{ host?: string; path?: string }];
    contacts.addresses.add(String(first.host ?? first.path ?? first));
  });
  return contacts;
}

function before(target: object, method: string, note: (...args: unknown[]) => void): void {
  const methods = target as Record<string, (...args: unknown[]) => unknown>;
  const original = methods[method];
  if (typeof original !== 'function') return;
  vi.spyOn(methods, method).mockImplementation(function (this: unknown, ...args: unknown[]) {
    note(...args);
    return original.apply(this, args);
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a call and the network outside', () => {
  it('looks up no name and sends nothing but to loopback', async () => {
    const contacts = recordContacts();
    const { record } = await runCall(callPlan([]), 1);

    expect(phaseSummary(record)).toEqual(ALL_OK);
    // Sending to an address written in digits asks dns.lookup for it, which answers without the network.
    expect([...contacts.names].filter((name) => name !== '127.0.0.1')).toEqual([]);
    expect([...contacts.addresses]).toEqual(['127.0.0.1']);
    expect([...contacts.bound]).toEqual(['127.0.0.1']);
  });

  it('sends to the relay it is told of, and to no other, and looks up no name for an address', async (context) => {
    if (!hasCoturn()) return context.skip(NO_COTURN);
    const relay = await startCoturn({ address: '127.0.0.3' });
    const contacts = recordContacts();
    const route = {
      kind: 'turn',
      transport: 'udp',
      certificateChecked: null,
      server: null,
      links: { caller: null, callee: null },
    } as const;
    const login = { username: TURN_USER, password: TURN_PASSWORD, localAddresses: { caller: null, callee: null } };
    const access = { host: relay.address, port: relay.port, transport: 'udp', insecure: false, ...login } as const;
    const { record } = await runCall({ ...callPlan([]), route }, 0.5, undefined, access);
    await relay.kill();

    expect(phaseSummary(record)).toEqual(['resolving skipped', 'reaching ok', 'allocating ok', ...ALL_OK.slice(0, -1), 'text skipped']);
    expect([...contacts.names].filter((name) => isIP(name) === 0)).toEqual([]);
    // A connected socket sends without an address: whom it is connected to is on the list.
    expect([...contacts.addresses].sort()).toEqual(['127.0.0.1', relay.address, 'undefined']);
  });

  it('would have been caught at it', async () => {
    const contacts = recordContacts();
    const socket = createSocket('udp4');
    socket.bind({ address: '127.0.0.1', port: 0 });
    await new Promise((resolve) => socket.once('listening', resolve));
    await new Promise((resolve) => socket.send(Buffer.from('x'), 9, '127.1.2.3', resolve));
    socket.close();
    await dns.promises.lookup('127.0.0.9');
    await dns.promises.resolve4('name.invalid').catch(() => undefined);

    expect([...contacts.addresses]).toEqual(['127.1.2.3']);
    expect([...contacts.names]).toEqual(expect.arrayContaining(['127.0.0.9', 'name.invalid']));
  });

  it('works where the machine has nothing but a loopback interface', (context) => {
    if (!canIsolate()) return context.skip(NO_NAMESPACE);
    const output = runTestOnLoopbackAlone('test/integration/call.test.ts', 'carries every packet');
    expect(output).toMatch(/1 passed/);
  });
});
