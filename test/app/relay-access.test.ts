import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Host, machineHost } from '../../src/app/host.ts';
import { prepareRelay } from '../../src/app/relay-access.ts';
import { type RelayFlags, resolveRelay } from '../../src/config/relay-settings.ts';
import { UserError } from '../../src/core/errors.ts';
import { temporaryFolder } from '../support/exec.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const ENVIRONMENT = { CALLPROBE_TURN_USER: 'anna', CALLPROBE_TURN_PASSWORD: 'sesame' };
const INTERFACES = { lo: ['127.0.0.1', '::1'], wlan0: ['192.0.2.5', '2001:db8::5'], wwan0: ['2001:db8:1::9'] };
const host = (environment: Host['environment'] = ENVIRONMENT): Host => ({ ...machineHost(), environment, interfaces: () => INTERFACES });
const prepare = (flags: RelayFlags, on = host()) => {
  const settings = resolveRelay({ turn: 'turn:192.0.2.80', ...flags });
  if (settings === null) throw new Error('no relay');
  return prepareRelay(settings, on);
};
const refusal = async (flags: RelayFlags, on = host()): Promise<string> => {
  const error: unknown = await prepare(flags, on).catch((reason: unknown) => reason);
  if (!(error instanceof UserError)) throw new Error('nothing was refused');
  expect(`${error.message} ${error.hint}`).not.toMatch(/sesame/);
  return error.code;
};

describe('what a call over a relay needs', () => {
  it('has its credentials from the environment, and keeps them out of the route', async () => {
    const { access, route, warnings } = await prepare({});
    expect(access).toMatchObject({ username: 'anna', password: 'sesame', host: '192.0.2.80', port: 3478 });
    expect(JSON.stringify(route)).not.toMatch(/anna|sesame|192\.0\.2/);
    expect(warnings).toEqual([]);
    expect(await refusal({}, host({}))).toBe('turn-credentials-missing');
    expect(await refusal({}, host({ ...ENVIRONMENT, CALLPROBE_TURN_PASSWORD: '' }))).toBe('turn-credentials-format');
  });

  it.each([
    ['two lines', 'anna\nse:same\n'],
    ['two lines of Windows', 'anna\r\nse:same\r\n'],
    ['one line', 'anna:se:same\n'],
  ])('has its credentials from a file of %s', async (_, text) => {
    const file = join(folder.path, 'credentials');
    writeFileSync(file, text);
    chmodSync(file, 0o600);
    const { access, warnings } = await prepare({ turnCredentials: file }, host({}));
    expect(access).toMatchObject({ username: 'anna', password: 'se:same' });
    expect(warnings).toEqual([]);
    chmodSync(file, 0o644);
    expect((await prepare({ turnCredentials: file })).warnings.map(({ code }) => code)).toEqual(['turn-credentials-readable']);
  });

  it.each(['', 'sesame', 'anna\nsesame\nmore', ':sesame'])('refuses a file that holds "%s", without repeating it', async (text) => {
    const file = join(folder.path, 'no-credentials');
    writeFileSync(file, text);
    expect(await refusal({ turnCredentials: file })).toBe('turn-credentials-format');
  });

  it('binds each peer to an address of its link, in an IP version that all have', async () => {
    const addresses = async (flags: RelayFlags) => (await prepare(flags)).access.localAddresses;
    expect(await addresses({ interface: 'wlan0' })).toEqual({ caller: '192.0.2.5', callee: '192.0.2.5' });
    expect(await addresses({ callerInterface: 'wlan0' })).toEqual({ caller: '192.0.2.5', callee: null });
    const named = { turn: 'turn:relay.example.org', callerInterface: 'wlan0', calleeInterface: 'wwan0' };
    expect(await addresses(named)).toEqual({ caller: '2001:db8::5', callee: '2001:db8:1::9' });
    expect(await refusal({ callerInterface: 'wlan0', calleeInterface: 'wwan0' })).toBe('contradictory-flags');
    expect(await refusal({ callerAddress: '192.0.2.99' })).toBe('address-not-here');
    expect(await refusal({ callerAddress: 'wlan0' })).toBe('address-not-here');
    expect(await refusal({ interface: 'eth9' })).toBe('interface-not-here');
  });

  it('tells of links by their names, of addresses only when asked, and of what a binding does not prove', async () => {
    const hidden = await prepare({ callerInterface: 'wlan0', calleeAddress: '192.0.2.5' });
    expect(hidden.route.links).toEqual({ caller: 'wlan0', callee: 'address' });
    expect(hidden.warnings.map(({ code }) => code)).toEqual(['link-by-address']);
    const shown = await prepare({ calleeAddress: '192.0.2.5', showAddresses: true });
    expect(shown.route).toMatchObject({ server: '192.0.2.80:3478', links: { caller: null, callee: '192.0.2.5' } });
  });

  it('names a certificate that will not be checked', async () => {
    const { route, warnings } = await prepare({ turn: 'turns:relay.example.org', turnInsecure: true });
    expect(route).toMatchObject({ transport: 'tls', certificateChecked: false });
    expect(warnings.map(({ code }) => code)).toEqual(['turn-insecure']);
  });
});
