import { describe, expect, it } from 'vitest';
import {
  ATTRIBUTE,
  CLASS,
  isIntact,
  longTermKey,
  METHOD,
  readErrorCode,
  readStun,
  readXorAddress,
  writeStun,
  xorAddress,
} from '../../src/call/turn/stun-message.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
const XOR_MAPPED_ADDRESS = 0x0020;

/** RFC 5769 section 2.2: a response with an IPv4 address, signed with the password below. */
const IPV4_RESPONSE = bytes(`
  0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008 0001a147
  e112a643 00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96`);
/** RFC 5769 section 2.3: the same with an IPv6 address. */
const IPV6_RESPONSE = bytes(`
  01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014 0002a147
  0113a9fa a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41 80280004 c8fb0b4c`);
const PASSWORD = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');
const TRANSACTION = bytes('b7e7a701bc34d686fa87dfae');

describe('STUN messages', () => {
  it('are read as RFC 5769 has them', () => {
    for (const [response, address] of [
      [IPV4_RESPONSE, '192.0.2.1'],
      [IPV6_RESPONSE, '2001:db8:1234:5678:11:2233:4455:6677'],
    ] as const) {
      const message = readStun(response);
      expect(message).toMatchObject({ method: METHOD.binding, class: CLASS.success });
      expect(message && readXorAddress(message, XOR_MAPPED_ADDRESS)).toEqual({ address, port: 32853 });
      expect(isIntact(response, PASSWORD)).toBe(true);
      expect(isIntact(response, Buffer.from('another'))).toBe(false);
    }
  });

  it('are not taken for intact when a bit of them has changed', () => {
    // Up to the signature: what follows it is not signed.
    for (let at = 0; at < IPV4_RESPONSE.indexOf(bytes('2b91f599')); at++) {
      const changed = Buffer.from(IPV4_RESPONSE);
      changed[at] = (changed[at] as number) ^ 0x01;
      const length = at === 2 || at === 3;
      if (!length) expect(isIntact(changed, PASSWORD), `byte ${at}`).toBe(false);
    }
  });

  it('make the long-term key and signature of RFC 5769 section 2.4', () => {
    const name = 'マトリックス';
    const key = longTermKey(name, 'example.org', 'TheMatrIX');
    const message = {
      method: METHOD.binding,
      class: CLASS.request,
      transactionId: bytes('78ad3433c6ad72c029da412e'),
      attributes: new Map<number, Uint8Array>([
        [ATTRIBUTE.username, Buffer.from(name)],
        [ATTRIBUTE.nonce, Buffer.from('f//499k954d6OL34oL9FSTvy64sA')],
        [ATTRIBUTE.realm, Buffer.from('example.org')],
      ]),
    };
    expect(writeStun(message, key).toString('hex')).toBe(
      bytes(`
        00010060 2112a442 78ad3433 c6ad72c0 29da412e 00060012 e3839ee3 8388e383 aae38383 e382afe3 82b90000
        0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341 0014000b 6578616d 706c652e
        6f726700 00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666`).toString('hex'),
    );
  });

  it('hold any address and give it back', () => {
    for (const address of ['0.0.0.1', '255.255.255.255', '::1', 'fe80::1:2', '2001:db8::', '1:2:3:4:5:6:7:8']) {
      const message = {
        method: 1,
        class: 0,
        transactionId: TRANSACTION,
        attributes: new Map([[0x20, xorAddress({ address, port: 65_535 }, TRANSACTION)]]),
      };
      expect(readXorAddress(message, 0x20)).toEqual({ address, port: 65_535 });
    }
  });

  it('name the first relayed address that has a port', () => {
    const empty = xorAddress({ address: '0.0.0.0', port: 0 }, TRANSACTION);
    const real = xorAddress({ address: '::1', port: 4000 }, TRANSACTION);
    const type = ATTRIBUTE.xorRelayedAddress;
    const message = {
      method: 3,
      class: 0x100,
      transactionId: TRANSACTION,
      attributes: new Map([[type, empty]]),
      repeated: [[type, real]] as const,
    };
    expect(readXorAddress(message, type)).toEqual({ address: '::1', port: 4000 });
    expect(readXorAddress({ ...message, repeated: [] }, type)).toBeNull();
  });

  it('tell an error by its number', () => {
    const value = Uint8Array.of(0, 0, 4, 38);
    const message = { method: 3, class: CLASS.error, transactionId: TRANSACTION, attributes: new Map([[ATTRIBUTE.errorCode, value]]) };
    expect(readErrorCode(message)).toBe(438);
    expect(readErrorCode({ ...message, attributes: new Map() })).toBeNull();
  });

  it('survive whatever comes in', () => {
    let state = 1;
    const draw = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return state >> 16;
    };
    for (let n = 0; n < 5000; n++) {
      const junk = Buffer.from(IPV4_RESPONSE.subarray(0, draw() % (IPV4_RESPONSE.length + 1)));
      for (let k = 0; k < 3 && junk.length > 0; k++) junk[draw() % junk.length] = draw() & 0xff;
      const message = readStun(junk);
      if (message !== null) readXorAddress(message, XOR_MAPPED_ADDRESS);
      isIntact(junk, PASSWORD);
    }
    expect(readStun(Buffer.alloc(0))).toBeNull();
    expect(readStun(IPV4_RESPONSE.subarray(0, IPV4_RESPONSE.length - 1))).toBeNull();
  });
});
