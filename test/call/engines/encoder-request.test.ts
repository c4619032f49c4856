import { describe, expect, it } from 'vitest';
import { askOfEncoder } from '../../../src/call/engines/encoder-request.ts';
import { DEFAULT_CODEC } from '../../../src/config/defaults.ts';

const description = (format: string): string =>
  ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 OPUS/48000/2', `a=fmtp:111 ${format}`, 'a=mid:0', ''].join('\r\n');

describe('what an engine is asked of its encoder', () => {
  it('is the bitrate, error correction, DTX and packet time of the plan', () => {
    const codec = { ...DEFAULT_CODEC, bitrateBps: 16_000, packetTimeMs: 60, dtx: true } as const;
    expect(askOfEncoder(description('minptime=10;useinbandfec=1'), codec).split('\r\n')).toEqual([
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=rtpmap:111 OPUS/48000/2',
      'a=ptime:60',
      'a=fmtp:111 minptime=10;maxaveragebitrate=16000;useinbandfec=1;usedtx=1',
      'a=mid:0',
      '',
    ]);
  });

  it('takes the place of what the description said', () => {
    const asked = askOfEncoder(description('useinbandfec=1; usedtx=1;maxaveragebitrate=6000'), { ...DEFAULT_CODEC, fec: false });
    expect(asked).toContain('a=fmtp:111 maxaveragebitrate=32000;useinbandfec=0;usedtx=0\r\n');
  });

  it('is the packet time alone of G.711', () => {
    const telephone = ['m=audio 9 UDP/TLS/RTP/SAVPF 8', 'a=rtpmap:8 PCMA/8000', 'a=fmtp:63 8/8', ''].join('\r\n');
    const asked = askOfEncoder(telephone, { name: 'pcma', bitrateBps: 64_000, packetTimeMs: 40 });
    expect(asked).toBe(telephone.replace('PCMA/8000', 'PCMA/8000\r\na=ptime:40'));
  });
});
