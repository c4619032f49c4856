import { describe, expect, it } from 'vitest';
import { type RelayFlags, resolveRelay } from '../../src/config/relay-settings.ts';
import { resolveRunSettings } from '../../src/config/run-settings.ts';
import { parseTurnUri } from '../../src/config/turn-uri.ts';
import { UserError } from '../../src/core/errors.ts';

function mistake(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a TURN URI', () => {
  it.each([
    ['turn:relay.example.org', { host: 'relay.example.org', port: 3478, transport: 'udp' }],
    ['turn:192.0.2.7:8000', { host: '192.0.2.7', port: 8000, transport: 'udp' }],
    ['turn:[2001:db8::7]:8000?transport=udp', { host: '2001:db8::7', port: 8000, transport: 'udp' }],
    ['TURN:relay.example.org?transport=TCP', { host: 'relay.example.org', port: 3478, transport: 'tcp' }],
    ['turns:relay.example.org', { host: 'relay.example.org', port: 5349, transport: 'tls' }],
    ['turns:relay.example.org:443?transport=tcp', { host: 'relay.example.org', port: 443, transport: 'tls' }],
  ])('%s is read by RFC 7065', (uri, server) => {
    expect(parseTurnUri(uri)).toEqual(server);
  });

  it.each([
    '',
    'relay.example.org',
    'turn:',
    'turn://relay',
    'stun:relay',
    'turn:re lay',
    'turn:relay:0',
    'turn:relay:65536',
    'turn:relay:x',
    'turn:relay?a=b',
    'turn:2001:db8::7',
    `turn:${'a'.repeat(300)}`,
  ])('"%s" is refused', (uri) => {
    expect(mistake(() => parseTurnUri(uri)).code).toBe('bad-turn-uri');
  });

  it('is refused for a transport there is none for', () => {
    expect(mistake(() => parseTurnUri('turns:relay?transport=udp')).code).toBe('bad-turn-transport');
    expect(mistake(() => parseTurnUri('turn:relay?transport=sctp')).code).toBe('bad-turn-transport');
  });

  it('with credentials in it is refused, and not repeated', () => {
    const { code, message, hint } = mistake(() => parseTurnUri('turn:anna:sesame@relay.example.org'));
    expect(code).toBe('turn-credentials-in-uri');
    expect(message + hint).not.toMatch(/anna|sesame/);
  });
});

describe('the flags of a relay', () => {
  it.each([
    { callerAddress: '192.0.2.1' },
    { interface: 'wlan0' },
    { turnInsecure: true },
    { turnCredentials: 'file' },
    { showAddresses: true },
  ] satisfies RelayFlags[])('%o mean nothing without --turn', (flags) => {
    expect(mistake(() => resolveRelay(flags)).code).toBe('turn-missing');
  });

  it('bind one side each, or both', () => {
    const links = (flags: RelayFlags) => resolveRelay({ turn: 'turn:relay', ...flags })?.links;
    expect(links({})).toEqual({ caller: null, callee: null });
    expect(links({ interface: 'wlan0' })).toEqual({
      caller: { by: 'interface', value: 'wlan0' },
      callee: { by: 'interface', value: 'wlan0' },
    });
    expect(links({ interface: 'wlan0', calleeInterface: 'wwan0' })?.callee).toEqual({ by: 'interface', value: 'wwan0' });
    expect(links({ interface: 'wlan0', callerAddress: '192.0.2.1' })?.caller).toEqual({ by: 'address', value: '192.0.2.1' });
    expect(mistake(() => links({ callerAddress: '192.0.2.1', callerInterface: 'wlan0' })).code).toBe('contradictory-flags');
  });

  it('do not ask a relay without a certificate for none', () => {
    expect(mistake(() => resolveRelay({ turn: 'turn:relay', turnInsecure: true })).code).toBe('contradictory-flags');
  });

  it('are told in the report without addresses and files, unless asked for', () => {
    const flags = { turn: 'turn:relay.example.org', callerAddress: '192.0.2.1', turnCredentials: '/home/anna/secret', seed: '1' };
    expect(JSON.stringify(resolveRunSettings(flags).requested)).not.toMatch(/relay\.example|192\.0\.2|anna/);
    const shown = JSON.stringify(resolveRunSettings({ ...flags, showAddresses: true }).requested);
    expect(shown).toMatch(/relay\.example\.org.*192\.0\.2\.1/);
    expect(shown).not.toContain('anna');
  });

  it('add no path of their own, and keep the one that is asked for', () => {
    expect(resolveRunSettings({}).pathSpec).toBe('clear');
    expect(resolveRunSettings({ turn: 'turn:relay' }).pathSpec).toBeNull();
    expect(resolveRunSettings({ turn: 'turn:relay', path: 'congested' }).pathSpec).toBe('congested');
  });
});
