import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** RFC 8489 sections 5 and 14: the header, and where its parts lie. */
const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const TRANSACTION_BYTES = 12;
const ATTRIBUTE_HEADER_BYTES = 4;
const INTEGRITY_BYTES = 20;

/** RFC 8489 section 18.2 and RFC 8656 section 17. */
export const METHOD = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;
export const CLASS = { request: 0x000, indication: 0x010, success: 0x100, error: 0x110 } as const;
const CLASS_BITS = 0x110;
const METHOD_BITS = 0x3eef;

/** RFC 8489 section 18.3 and RFC 8656 section 18. */
export const ATTRIBUTE = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
} as const;

/** A STUN message (RFC 8489), as TURN uses it. */
export interface StunMessage {
  readonly method: number;
  readonly class: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  /** The first attribute of each type, without its padding. */
  readonly attributes: ReadonlyMap<number, Uint8Array>;
  /** Every further attribute of a type that has come before, in order. */
  readonly repeated?: readonly (readonly [type: number, value: Uint8Array])[];
}

export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * The message's bytes.
 * @param key adds MESSAGE-INTEGRITY (HMAC-SHA1) made with it
 */
export function writeStun(message: StunMessage, key: Uint8Array | null): Buffer {
  const body = [...message.attributes].map(([type, value]) => writeAttribute(type, value));
  const length = body.reduce((sum, bytes) => sum + bytes.length, 0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(message.method | message.class, 0);
  header.writeUInt16BE(length, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  header.set(message.transactionId, 8);
  if (key === null) return Buffer.concat([header, ...body]);
  // The length counts the integrity attribute before it is made (RFC 8489 section 14.5).
  header.writeUInt16BE(length + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES, 2);
  const signed = Buffer.concat([header, ...body]);
  return Buffer.concat([signed, writeAttribute(ATTRIBUTE.messageIntegrity, createHmac('sha1', key).update(signed).digest())]);
}

/** Reads a STUN message; null for bytes that are none, or cut short. */
export function readStun(bytes: Buffer): StunMessage | null {
  if (bytes.length < HEADER_BYTES || (bytes[0] as number) > 3 || bytes.readUInt32BE(4) !== MAGIC_COOKIE) return null;
  const end = HEADER_BYTES + bytes.readUInt16BE(2);
  if (end > bytes.length) return null;
  const attributes = new Map<number, Uint8Array>();
  const repeated: (readonly [number, Uint8Array])[] = [];
  for (let at = HEADER_BYTES; at + ATTRIBUTE_HEADER_BYTES <= end; ) {
    const type = bytes.readUInt16BE(at);
    const size = bytes.readUInt16BE(at + 2);
    const value = bytes.subarray(at + ATTRIBUTE_HEADER_BYTES, at + ATTRIBUTE_HEADER_BYTES + size);
    if (value.length < size || at + ATTRIBUTE_HEADER_BYTES + size > end) return null;
    if (attributes.has(type)) repeated.push([type, value]);
    else attributes.set(type, value);
    at += ATTRIBUTE_HEADER_BYTES + padded(size);
  }
  const type = bytes.readUInt16BE(0);
  const transactionId = Uint8Array.from(bytes.subarray(8, 8 + TRANSACTION_BYTES));
  return { method: type & METHOD_BITS, class: type & CLASS_BITS, transactionId, attributes, repeated };
}

/** Whether the message has a MESSAGE-INTEGRITY that was made with the key. What follows it is not looked at. */
export function isIntact(bytes: Buffer, key: Uint8Array): boolean {
  for (let at = HEADER_BYTES; at + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES <= bytes.length; ) {
    const size = bytes.readUInt16BE(at + 2);
    if (bytes.readUInt16BE(at) === ATTRIBUTE.messageIntegrity && size === INTEGRITY_BYTES) {
      const signed = Buffer.from(bytes.subarray(0, at));
      signed.writeUInt16BE(at + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES - HEADER_BYTES, 2);
      const from = at + ATTRIBUTE_HEADER_BYTES;
      return timingSafeEqual(createHmac('sha1', key).update(signed).digest(), bytes.subarray(from, from + INTEGRITY_BYTES));
    }
    at += ATTRIBUTE_HEADER_BYTES + padded(size);
  }
  return false;
}

/** The key of the long-term credential mechanism (RFC 8489 section 9.2.2). */
export function longTermKey(username: string, realm: string, password: string): Uint8Array {
  return createHash('md5').update(`${username}:${realm}:${password}`).digest();
}

/** 300–699 of an error response; null when it has none. */
export function readErrorCode({ attributes }: StunMessage): number | null {
  const value = attributes.get(ATTRIBUTE.errorCode);
  return value === undefined || value.length < 4 ? null : ((value[2] as number) & 7) * 100 + (value[3] as number);
}

/** A 32-bit attribute; null when it is absent. */
export function readUint32(message: StunMessage, type: number): number | null {
  const value = message.attributes.get(type);
  return value === undefined || value.length < 4 ? null : Buffer.from(value).readUInt32BE(0);
}

/** The first XOR-…-ADDRESS attribute (RFC 8489 section 14.2) that holds a port; null when there is none. coturn puts an empty IPv4 one before IPv6's. */
export function readXorAddress({ attributes, repeated = [], transactionId }: StunMessage, type: number): TransportAddress | null {
  const values = [attributes.get(type), ...repeated.map(([its, value]) => (its === type ? value : undefined))];
  const addresses = values.map((value) => (value === undefined ? null : decodeXorAddress(value, transactionId)));
  return addresses.find((address) => address !== null && address.port !== 0) ?? null;
}

function decodeXorAddress(value: Uint8Array, transactionId: Uint8Array): TransportAddress | null {
  if (value.length < 8) return null;
  const mask = xorMask(transactionId);
  const bytes = Buffer.from(value.subarray(4).map((byte, i) => byte ^ (mask[i] as number)));
  const port = Buffer.from(value).readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16);
  if (value[1] === 1 && bytes.length === 4) return { address: bytes.join('.'), port };
  if (value[1] === 2 && bytes.length === 16) return { address: writeIpv6(bytes), port };
  return null;
}

/** @param address an IPv4 or IPv6 address in digits */
export function xorAddress({ address, port }: TransportAddress, transactionId: Uint8Array): Uint8Array {
  const bytes = isIPv6(address) ? readIpv6(address) : Uint8Array.from(address.split('.'), Number);
  const mask = xorMask(transactionId);
  const value = Buffer.alloc(4 + bytes.length);
  value[1] = bytes.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  value.set(
    bytes.map((byte, i) => byte ^ (mask[i] as number)),
    4,
  );
  return value;
}

function xorMask(transactionId: Uint8Array): Uint8Array {
  const mask = Buffer.alloc(4 + TRANSACTION_BYTES);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  mask.set(transactionId, 4);
  return mask;
}

function readIpv6(address: string): Uint8Array {
  // The URL parser writes every form of an address in one: groups of hexadecimal digits, the longest run of zeros left out.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function writeIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function writeAttribute(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(ATTRIBUTE_HEADER_BYTES + padded(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  bytes.set(value, ATTRIBUTE_HEADER_BYTES);
  return bytes;
}

function padded(size: number): number {
  return (size + 3) & ~3;
}
