import { describe, expect, it } from 'vitest';
import { DEFAULT_CODEC } from '../../src/config/defaults.ts';
import { type PeerFlags, resolvePeers } from '../../src/config/peer-settings.ts';
import type { CodecSettings } from '../../src/core/call-plan.ts';
import { UserError } from '../../src/core/errors.ts';

describe('the peers of a call', () => {
  it.each<[PeerFlags, string]>([
    [{}, 'callprobe callprobe'],
    [{ callee: 'libwebrtc' }, 'callprobe libwebrtc'],
    [{ callee: 'chromium' }, 'callprobe chromium'],
    [{ caller: 'chromium', callee: 'callprobe' }, 'chromium callprobe'],
  ])('%j are %s', (flags, peers) => {
    expect(Object.values(resolvePeers(flags, DEFAULT_CODEC)).join(' ')).toBe(peers);
  });

  it.each<[PeerFlags, RegExp]>([
    [{ callee: 'firefox' }, /--callee takes callprobe, libwebrtc, chromium/],
    [{ caller: 'firefox' }, /--caller takes callprobe, chromium,/],
    [{ caller: 'libwebrtc' }, /places none/],
    [{ caller: 'chromium', callee: 'libwebrtc' }, /no end of the call/],
    [{ callee: 'libwebrtc', turn: 'turn:127.0.0.1' }, /--turn/],
  ])('cannot be %j', (flags, message) => {
    expect(() => resolvePeers(flags, DEFAULT_CODEC)).toThrow(UserError);
    expect(() => resolvePeers(flags, DEFAULT_CODEC)).toThrow(message);
  });

  it('cannot be a real engine with redundancy of G.711, which it plays as noise', () => {
    const telephone = { name: 'pcma', bitrateBps: 64_000, packetTimeMs: 20, redundancy: 1 } as const;
    expect(() => resolvePeers({ callee: 'libwebrtc' }, telephone)).toThrow('for Opus alone');
    expect(resolvePeers({}, telephone)).toEqual({ caller: 'callprobe', callee: 'callprobe' });
    expect(resolvePeers({ callee: 'libwebrtc' }, { ...DEFAULT_CODEC, redundancy: 1 }).callee).toBe('libwebrtc');
  });

  it.each<[PeerFlags, Partial<CodecSettings>, RegExp]>([
    [{ caller: 'chromium' }, { name: 'pcmu', bitrateBps: 64_000 }, /Opus alone/],
    [{ caller: 'chromium' }, { name: 'pcma', bitrateBps: 64_000 }, /Opus alone/],
    [{ callee: 'chromium' }, { name: 'pcmu', bitrateBps: 64_000 }, /Opus alone/],
    [{ caller: 'chromium' }, { redundancy: 1 }, /without redundancy/],
    [{ caller: 'chromium' }, { redundancy: 2 }, /without redundancy/],
  ])('%j cannot be called with %j', (flags, codec, message) => {
    const settings = { ...DEFAULT_CODEC, ...codec } as CodecSettings;
    expect(() => resolvePeers(flags, settings)).toThrow(UserError);
    expect(() => resolvePeers(flags, settings)).toThrow(message);
  });

  it('may be a Chromium that answers, with redundancy', () => {
    expect(resolvePeers({ callee: 'chromium' }, { ...DEFAULT_CODEC, redundancy: 1 }).callee).toBe('chromium');
  });

  it('may be our own over a real network', () => {
    expect(resolvePeers({ turn: 'turn:127.0.0.1' }, DEFAULT_CODEC)).toEqual({ caller: 'callprobe', callee: 'callprobe' });
  });
});
