/** RFC 6347 sections 4.1 and 4.2.2: sizes of the record and handshake headers, content type, message types. */
const RECORD_HEADER_BYTES = 13;
const HANDSHAKE_HEADER_BYTES = 12;
const CONTENT_HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const HELLO_VERIFY_REQUEST = 3;
const CERTIFICATE = 11;
const CERTIFICATE_VERIFY = 15;
const CLIENT_KEY_EXCHANGE = 16;

/** Bounds on what is kept for later: no handshake has more messages, or longer ones. */
const MAX_MESSAGES_AHEAD = 32;
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_HELD_RECORDS = 16;

export interface Taken {
  /** Records to hand to the DTLS endpoint now, in this order. Each holds one whole message, or is not part of the clear handshake. */
  readonly deliver: Uint8Array[];
  /** Whether the peer has said its first hello again, and so has not heard the answer. */
  readonly helloRepeated: boolean;
}

/** Puts the datagrams of a DTLS 1.2 handshake in order for an endpoint that takes them as they come. */
export interface HandshakeOrder {
  take(datagram: Uint8Array): Taken;
}

interface Message {
  readonly type: number;
  readonly recordHeader: Uint8Array;
  /** Handshake header and body of the whole message. */
  readonly bytes: Uint8Array;
  readonly missing: Set<number>;
}

/**
 * Makes the order of one handshake, as RFC 6347 sections 4.2.2 and 4.2.4 have it: every message of the clear part is delivered once, whole, and in
 * the order of its number; what comes again is dropped. A client takes one HelloVerifyRequest, before the ServerHello. A server takes encrypted
 * records (the Finished) only after the messages that make the keys and prove the certificate. All else passes as it comes.
 */
export function createHandshakeOrder(role: 'client' | 'server'): HandshakeOrder {
  const waiting = new Map<number, Message>();
  const delivered = new Set<number>();
  let held: Uint8Array[] = [];
  // The ServerHello's number depends on whether the server counts its HelloVerifyRequest; a server's peer always begins with 0.
  let next: number | null = role === 'server' ? 0 : null;

  const isReady = (): boolean =>
    role === 'client' || delivered.has(CERTIFICATE_VERIFY) || (delivered.has(CLIENT_KEY_EXCHANGE) && !delivered.has(CERTIFICATE));

  const takeFragment = (recordHeader: Uint8Array, fragment: Fragment, deliver: Uint8Array[]): boolean => {
    const { type, number } = fragment;
    if (type === HELLO_VERIFY_REQUEST && role === 'client') {
      if (next === null && !delivered.has(type)) deliver.push(asRecord(recordHeader, fragment.bytes));
      delivered.add(type);
      return false;
    }
    if (type === SERVER_HELLO) next ??= number;
    if (next !== null && number < next) return type === CLIENT_HELLO && next === 1;
    if (number >= (next ?? 0) + MAX_MESSAGES_AHEAD) return false;
    const message = waiting.get(number) ?? startMessage(recordHeader, fragment);
    waiting.set(number, message);
    addFragment(message, fragment);
    for (let ready = next === null ? undefined : waiting.get(next); ready?.missing.size === 0; ready = waiting.get(next as number)) {
      waiting.delete(next as number);
      next = (next as number) + 1;
      delivered.add(ready.type);
      deliver.push(asRecord(ready.recordHeader, ready.bytes));
    }
    return false;
  };

  return {
    take(datagram) {
      const deliver: Uint8Array[] = [];
      let helloRepeated = false;
      for (const record of splitRecords(datagram)) {
        const encrypted = record[3] !== 0 || record[4] !== 0;
        if (record[0] !== CONTENT_HANDSHAKE) deliver.push(record);
        else if (encrypted) {
          if (isReady()) deliver.push(record);
          else if (held.length < MAX_HELD_RECORDS) held.push(record);
        } else {
          const recordHeader = record.subarray(0, RECORD_HEADER_BYTES);
          for (const fragment of splitFragments(record.subarray(RECORD_HEADER_BYTES))) {
            helloRepeated = takeFragment(recordHeader, fragment, deliver) || helloRepeated;
          }
        }
      }
      if (isReady() && held.length > 0) {
        deliver.push(...held);
        held = [];
      }
      return { deliver, helloRepeated };
    },
  };
}

interface Fragment {
  readonly type: number;
  readonly number: number;
  readonly messageBytes: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The records of a datagram; what does not end within it is left out. */
function splitRecords(datagram: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at + RECORD_HEADER_BYTES <= datagram.length; ) {
    const end = at + RECORD_HEADER_BYTES + readUint(datagram, at + 11, 2);
    if (end > datagram.length) break;
    records.push(datagram.subarray(at, end));
    at = end;
  }
  return records;
}

/** The handshake messages, or pieces of them, in a record's content; `bytes` has the header in front. */
function splitFragments(content: Uint8Array): Fragment[] {
  const fragments: Fragment[] = [];
  for (let at = 0; at + HANDSHAKE_HEADER_BYTES <= content.length; ) {
    const messageBytes = readUint(content, at + 1, 3);
    const offset = readUint(content, at + 6, 3);
    const length = readUint(content, at + 9, 3);
    const end = at + HANDSHAKE_HEADER_BYTES + length;
    if (end > content.length || offset + length > messageBytes || messageBytes > MAX_MESSAGE_BYTES) break;
    fragments.push({
      type: content[at] as number,
      number: readUint(content, at + 4, 2),
      messageBytes,
      offset,
      bytes: content.subarray(at, end),
    });
    at = end;
  }
  return fragments;
}

function startMessage(recordHeader: Uint8Array, { type, messageBytes, bytes }: Fragment): Message {
  const whole = new Uint8Array(HANDSHAKE_HEADER_BYTES + messageBytes);
  whole.set(bytes.subarray(0, HANDSHAKE_HEADER_BYTES));
  writeUint(whole, 6, 3, 0);
  writeUint(whole, 9, 3, messageBytes);
  const missing = new Set<number>();
  // An empty message (ServerHelloDone) still has to come once.
  for (let at = 0; at < Math.max(1, messageBytes); at++) missing.add(at);
  return { type, recordHeader, bytes: whole, missing };
}

function addFragment({ bytes: whole, missing }: Message, { messageBytes, offset, bytes }: Fragment): void {
  if (HANDSHAKE_HEADER_BYTES + messageBytes !== whole.length) return;
  const body = bytes.subarray(HANDSHAKE_HEADER_BYTES);
  whole.set(body, HANDSHAKE_HEADER_BYTES + offset);
  for (let at = 0; at < Math.max(1, body.length); at++) missing.delete(offset + at);
}

/** A record of the given content under another's header; its length is its own. */
function asRecord(header: Uint8Array, content: Uint8Array): Uint8Array {
  const record = new Uint8Array(RECORD_HEADER_BYTES + content.length);
  record.set(header);
  writeUint(record, 11, 2, content.length);
  record.set(content, RECORD_HEADER_BYTES);
  return record;
}

function readUint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] as number);
  return value;
}

function writeUint(bytes: Uint8Array, at: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) bytes[at + i] = Math.floor(value / 256 ** (size - 1 - i)) % 256;
}
