import { describe, expect, it } from 'vitest';
import { type PeerFlags, resolvePeers } from '../../src/config/peer-settings.ts';
import { UserError } from '../../src/core/errors.ts';

describe('the peers of a call', () => {
  it.each<[PeerFlags, string]>([
    [{}, 'callprobe callprobe'],
    [{ callee: 'libwebrtc' }, 'callprobe libwebrtc'],
    [{ callee: 'chromium' }, 'callprobe chromium'],
    [{ caller: 'chromium', callee: 'callprobe' }, 'chromium callprobe'],
  ])('%j are %s', (flags, peers) => {
    expect(Object.values(resolvePeers(flags)).join(' ')).toBe(peers);
  });

  it.each<[PeerFlags, RegExp]>([
    [{ callee: 'firefox' }, /--callee takes callprobe, libwebrtc, chromium/],
    [{ caller: 'firefox' }, /--caller takes callprobe, chromium,/],
    [{ caller: 'libwebrtc' }, /places none/],
    [{ caller: 'chromium', callee: 'libwebrtc' }, /no end of the call/],
    [{ callee: 'libwebrtc', turn: 'turn:127.0.0.1' }, /--turn/],
  ])('cannot be %j', (flags, message) => {
    expect(() => resolvePeers(flags)).toThrow(UserError);
    expect(() => resolvePeers(flags)).toThrow(message);
  });

  it('may be our own over a real network', () => {
    expect(resolvePeers({ turn: 'turn:127.0.0.1' })).toEqual({ caller: 'callprobe', callee: 'callprobe' });
  });
});
