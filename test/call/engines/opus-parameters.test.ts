import { describe, expect, it } from 'vitest';
import { askOfOpus } from '../../../src/call/engines/opus-parameters.ts';
import { DEFAULT_CODEC } from '../../../src/config/defaults.ts';

const description = (format: string): string => ['m=audio 9 UDP/TLS/RTP/SAVPF 111', `a=fmtp:111 ${format}`, 'a=mid:0', ''].join('\r\n');

describe('what an engine is asked of its encoder', () => {
  it('is the bitrate, error correction, DTX and packet time of the plan', () => {
    const asked = askOfOpus(description('minptime=10;useinbandfec=1'), {
      ...DEFAULT_CODEC,
      bitrateBps: 16_000,
      packetTimeMs: 60,
      dtx: true,
    });
    expect(asked.split('\r\n')).toEqual([
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=fmtp:111 minptime=10;maxaveragebitrate=16000;useinbandfec=1;usedtx=1',
      'a=ptime:60',
      'a=mid:0',
      '',
    ]);
  });

  it('takes the place of what the description said', () => {
    const asked = askOfOpus(description('useinbandfec=1; usedtx=1;maxaveragebitrate=6000'), { ...DEFAULT_CODEC, fec: false });
    expect(asked).toContain('a=fmtp:111 maxaveragebitrate=32000;useinbandfec=0;usedtx=0\r\n');
  });

  it('leaves a description without Opus as it is', () => {
    const other = ['m=audio 9 UDP/TLS/RTP/SAVPF 8', 'a=rtpmap:8 PCMA/8000', 'a=fmtp:63 111/111', ''].join('\r\n');
    expect(askOfOpus(other, DEFAULT_CODEC)).toBe(other);
  });
});
