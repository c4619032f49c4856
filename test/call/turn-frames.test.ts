import { describe, expect, it } from 'vitest';
import { createFrameSplitter, padFrame, unwrapChannelData, wrapChannelData } from '../../src/call/turn/frames.ts';
import { CLASS, METHOD, writeStun } from '../../src/call/turn/stun-message.ts';

const stun = writeStun(
  {
    method: METHOD.refresh,
    class: CLASS.success,
    transactionId: new Uint8Array(12).fill(7),
    attributes: new Map([[0x8022, Buffer.from('abcde')]]),
  },
  null,
);
const payloads = [0, 1, 2, 3, 4, 79, 1200].map((size) => Buffer.alloc(size, size % 251));

describe('frames of a TURN channel', () => {
  it('hold a datagram and give it back', () => {
    for (const payload of payloads) expect(unwrapChannelData(wrapChannelData(payload))).toEqual(payload);
    expect(unwrapChannelData(stun)).toBeNull();
    expect(unwrapChannelData(wrapChannelData(Buffer.alloc(9)).subarray(0, 12))).toBeNull();
    expect(unwrapChannelData(Buffer.alloc(0))).toBeNull();
  });

  it('come out of a byte stream whole and in order, however it is cut', () => {
    const frames = payloads.flatMap((payload) => [wrapChannelData(payload), stun]);
    const stream = Buffer.concat(frames.map(padFrame));
    for (const size of [1, 3, 4, 7, 100, 1461, stream.length]) {
      const splitter = createFrameSplitter();
      const out: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) out.push(...(splitter.push(stream.subarray(at, at + size)) ?? []));
      expect(out.map((frame) => frame.toString('hex'))).toEqual(frames.map((frame) => frame.toString('hex')));
    }
  });

  it('are not looked for in a stream that holds something else', () => {
    expect(createFrameSplitter().push(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toBeNull();
  });
});
