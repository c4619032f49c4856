import { describe, expect, it } from 'vitest';
import { createHandshakeOrder, type HandshakeOrder } from '../../src/call/handshake-order.ts';

/** Message types of RFC 6347 section 4.3.2. */
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const HELLO_VERIFY_REQUEST = 3;
const CERTIFICATE = 11;
const SERVER_HELLO_DONE = 14;
const CERTIFICATE_VERIFY = 15;
const CLIENT_KEY_EXCHANGE = 16;

const uint = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256);
const record = (contentType: number, epoch: number, content: readonly number[]): Uint8Array =>
  Uint8Array.from([contentType, 254, 253, ...uint(epoch, 2), 0, 0, 0, 0, 0, 9, ...uint(content.length, 2), ...content]);
const bodyOf = (type: number, length: number): number[] => Array.from({ length }, (_, i) => (type * 7 + i) % 256);

/** A handshake record in the clear with one message of a type, a number and a body of its own, or a piece of it. */
function message(type: number, number: number, length = 30, [from, to] = [0, length]): Uint8Array {
  const header = [type, ...uint(length, 3), ...uint(number, 2), ...uint(from, 3), ...uint(to - from, 3)];
  return record(22, 0, [...header, ...bodyOf(type, length).slice(from, to)]);
}

const finished = record(22, 1, [1, 2, 3, 4]);
const changeCipherSpec = record(20, 0, [1]);
const join = (...records: Uint8Array[]): Uint8Array => Uint8Array.from(records.flatMap((bytes) => [...bytes]));
const takeAll = (order: HandshakeOrder, datagrams: readonly Uint8Array[]): Uint8Array[] =>
  datagrams.flatMap((datagram) => order.take(datagram).deliver.map((bytes) => Uint8Array.from(bytes)));

const flight4 = [
  message(SERVER_HELLO, 1, 60),
  message(CERTIFICATE, 2, 300),
  message(12, 3, 80),
  message(13, 4, 20),
  message(SERVER_HELLO_DONE, 5, 0),
];
const flight5 = [
  message(CERTIFICATE, 2, 300),
  message(CLIENT_KEY_EXCHANGE, 3, 40),
  message(CERTIFICATE_VERIFY, 4, 90),
  changeCipherSpec,
  finished,
];

/** A server that has had both hellos. */
function greetedServer(): HandshakeOrder {
  const order = createHandshakeOrder('server');
  takeAll(order, [message(CLIENT_HELLO, 0), message(CLIENT_HELLO, 1)]);
  return order;
}

describe('the order of a handshake', () => {
  it('leaves a handshake alone that comes whole and in order', () => {
    expect(takeAll(createHandshakeOrder('client'), [message(HELLO_VERIFY_REQUEST, 0), ...flight4])).toEqual([
      message(HELLO_VERIFY_REQUEST, 0),
      ...flight4,
    ]);
    expect(takeAll(greetedServer(), flight5)).toEqual(flight5);
  });

  it('restores the order and drops what comes twice, whatever the path made of a flight', () => {
    for (let rotation = 0; rotation < flight4.length; rotation++) {
      const shuffled = [...flight4.slice(rotation), ...flight4.slice(0, rotation)];
      expect(takeAll(createHandshakeOrder('client'), [...shuffled, ...flight4, ...shuffled])).toEqual(flight4);
    }
    expect(takeAll(createHandshakeOrder('client'), [...flight4].reverse())).toEqual(flight4);
  });

  it('fills the gap a loss has left from the repeated flight', () => {
    const order = createHandshakeOrder('client');
    expect(takeAll(order, [flight4[0], flight4[2], flight4[4]] as Uint8Array[])).toEqual([flight4[0]]);
    expect(takeAll(order, flight4)).toEqual(flight4.slice(1));
  });

  it('puts a message together from pieces in any order, overlapping or repeated', () => {
    const pieces = [
      message(CERTIFICATE, 2, 300, [200, 300]),
      message(CERTIFICATE, 2, 300, [0, 120]),
      message(CERTIFICATE, 2, 300, [100, 200]),
    ];
    const order = createHandshakeOrder('client');
    expect(takeAll(order, [flight4[0] as Uint8Array, ...pieces.slice(0, 2), pieces[0] as Uint8Array])).toEqual([flight4[0]]);
    expect(takeAll(order, [join(...pieces)])).toEqual([flight4[1]]);
  });

  it('takes one HelloVerifyRequest, and none once the ServerHello is there', () => {
    const verify = message(HELLO_VERIFY_REQUEST, 0);
    expect(takeAll(createHandshakeOrder('client'), [verify, verify])).toEqual([verify]);
    expect(takeAll(createHandshakeOrder('client'), [flight4[0] as Uint8Array, verify])).toEqual([flight4[0]]);
  });

  it('keeps a repeated first hello from a server, and tells of it until the second has come', () => {
    const order = createHandshakeOrder('server');
    const [first, second] = [message(CLIENT_HELLO, 0), message(CLIENT_HELLO, 1)];
    expect(order.take(first)).toMatchObject({ helloRepeated: false });
    expect(order.take(first)).toEqual({ deliver: [], helloRepeated: true });
    expect(order.take(second).deliver).toHaveLength(1);
    expect(order.take(first)).toEqual({ deliver: [], helloRepeated: false });
    expect(order.take(second)).toEqual({ deliver: [], helloRepeated: false });
  });

  it('holds the Finished back from a server until the certificate is proved, and no longer', () => {
    const order = greetedServer();
    expect(takeAll(order, [flight5[0], flight5[1], changeCipherSpec, finished] as Uint8Array[])).toEqual([
      flight5[0],
      flight5[1],
      changeCipherSpec,
    ]);
    expect(takeAll(order, [flight5[2] as Uint8Array])).toEqual([flight5[2], finished]);
    expect(takeAll(order, [finished])).toEqual([finished]);
  });

  it('asks no proof of a client that has shown no certificate', () => {
    const keys = message(CLIENT_KEY_EXCHANGE, 2, 40);
    expect(takeAll(greetedServer(), [finished, keys])).toEqual([keys, finished]);
  });

  it('lets everything else pass, and survives nonsense', () => {
    const data = record(23, 1, [9, 9, 9]);
    const order = greetedServer();
    expect(takeAll(order, [data, record(21, 0, [2, 40])])).toEqual([data, record(21, 0, [2, 40])]);
    const truncated = message(CERTIFICATE, 2).subarray(0, 20);
    const tooLong = record(22, 0, [11, 255, 255, 255, 0, 2, 0, 0, 0, 0, 0, 0]);
    const beyondItsEnd = record(22, 0, [11, 0, 0, 1, 0, 2, 0, 0, 5, 0, 0, 0]);
    expect(takeAll(order, [new Uint8Array(0), Uint8Array.of(22), truncated, tooLong, beyondItsEnd])).toEqual([]);
    for (let number = 100; number < 1000; number++) order.take(message(CERTIFICATE, number));
    expect(takeAll(order, flight5)).toEqual(flight5);
  });
});
