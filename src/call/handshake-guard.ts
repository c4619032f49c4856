import type * as Werift from 'werift';
import { createHandshakeOrder } from './handshake-order.ts';

/** A HelloVerifyRequest in the clear: a handshake record, then the message type. */
const CONTENT_HANDSHAKE = 22;
const MESSAGE_TYPE_AT = 13;
const HELLO_VERIFY_REQUEST = 3;

/** What of werift's DTLS endpoint (0.24.4, `dtls/src/socket.ts`) lies between it and the path. */
interface Endpoint {
  readonly transport: {
    readonly socket: { onData: (datagram: Buffer) => void };
    send: (datagram: Buffer) => Promise<unknown>;
  };
}

/**
 * Stands between a peer's DTLS endpoint and the path, and does what RFC 6347 asks of an endpoint and werift's leaves out: it takes messages as they
 * come, so that a lost, late or repeated one ends the handshake for good. A path with 10 % loss would look blocked half of the time, and one with
 * 300 ms each way always. Nothing is sent that an endpoint of the standard would not send.
 */
export function guardHandshake(dtls: Werift.RTCDtlsTransport): void {
  dtls.onStateChange.subscribe((state) => {
    // The endpoint is made right after this event, and hears nothing before its turn ends.
    if (state === 'connecting') queueMicrotask(() => guard(dtls));
  });
}

function guard(dtls: Werift.RTCDtlsTransport): void {
  const transport = (dtls.dtls as unknown as Endpoint | undefined)?.transport;
  if (typeof transport?.socket.onData !== 'function' || typeof transport.send !== 'function') {
    throw new Error('this werift keeps its DTLS endpoint elsewhere');
  }
  const order = createHandshakeOrder(dtls.role === 'client' ? 'client' : 'server');
  const hand = transport.socket.onData;
  const send = transport.send;
  let helloVerifyRequest: Buffer | null = null;

  transport.send = (datagram) => {
    if (datagram[0] === CONTENT_HANDSHAKE && datagram[MESSAGE_TYPE_AT] === HELLO_VERIFY_REQUEST) helloVerifyRequest = datagram;
    return send(datagram);
  };
  transport.socket.onData = (datagram) => {
    const { deliver, helloRepeated } = order.take(datagram);
    for (const record of deliver) hand(Buffer.from(record));
    if (helloRepeated && helloVerifyRequest !== null) send(helloVerifyRequest).catch(() => undefined);
  };
}
