import { stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { RelayAccess } from '../call/place-call.ts';
import type { LinkSetting, RelaySettings } from '../config/relay-settings.ts';
import type { RelayRoute } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import type { Warning } from '../core/report.ts';
import { readInput } from './files.ts';
import type { Host } from './host.ts';

const USER_VARIABLE = 'CALLPROBE_TURN_USER';
const PASSWORD_VARIABLE = 'CALLPROBE_TURN_PASSWORD';
/** RFC 8489 section 14.3 bounds the user name; a file longer than both is none of ours. */
const MAX_CREDENTIALS_BYTES = 2048;
const MAX_USERNAME_BYTES = 508;
const OTHERS_MAY_READ = 0o004;

export interface PreparedRelay {
  /** What the plan and the report may know. */
  readonly route: RelayRoute;
  readonly access: RelayAccess;
  readonly warnings: readonly Warning[];
}

type Family = 4 | 6;

/**
 * Makes ready what a call over a relay needs: credentials from the file or the environment, and the local address of each link. Nothing is sent or
 * looked up. Throws UserError, which never repeats a credential.
 */
export async function prepareRelay(settings: RelaySettings, host: Host): Promise<PreparedRelay> {
  const { host: server, port, transport, insecure, links, showAddresses } = settings;
  const { username, password, warnings } = await readCredentials(settings.credentialsFile, host);
  const caller = localAddressesOf(links.caller, 'caller', host);
  const callee = localAddressesOf(links.callee, 'callee', host);
  const family = commonFamily([caller, callee, familiesOfServer(server)]);
  const localAddresses = { caller: caller?.get(family) ?? null, callee: callee?.get(family) ?? null };
  const shown = (link: LinkSetting | null): string | null => {
    if (link === null) return null;
    return link.by === 'interface' || showAddresses ? link.value : 'address';
  };
  return {
    route: {
      kind: 'turn',
      transport,
      certificateChecked: transport === 'tls' ? !insecure : null,
      server: showAddresses ? `${server.includes(':') ? `[${server}]` : server}:${port}` : null,
      links: { caller: shown(links.caller), callee: shown(links.callee) },
    },
    access: { host: server, port, transport, insecure, username, password, localAddresses },
    warnings: [...warnings, ...(insecure ? [INSECURE] : []), ...(links.caller === null && links.callee === null ? [] : [ROUTING])],
  };
}

const INSECURE: Warning = {
  code: 'turn-insecure',
  message: "the relay's certificate was not checked, so whoever is on the way could have been the relay",
  hint: 'leave --turn-insecure away where the relay has a certificate of a public authority',
};
const ROUTING: Warning = {
  code: 'link-by-address',
  message:
    'each peer sends from the address of the link asked for; which link its packets leave by is for the routing table of this machine to say',
  hint: 'on Linux, ip route get RELAY from ADDRESS shows it, and ip rule add from ADDRESS makes it so',
};

interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly warnings: readonly Warning[];
}

async function readCredentials(file: string | null, { environment }: Host): Promise<Credentials> {
  if (file !== null) return readCredentialsFile(file);
  const username = environment[USER_VARIABLE];
  const password = environment[PASSWORD_VARIABLE];
  if (username === undefined || password === undefined) {
    throw new UserError(
      'turn-credentials-missing',
      'a TURN relay wants a user name and a password, and there are none',
      `set ${USER_VARIABLE} and ${PASSWORD_VARIABLE}, or give --turn-credentials FILE`,
    );
  }
  return { ...checkCredentials(username, password), warnings: [] };
}

/** Two lines, or `user:password` on one. */
async function readCredentialsFile(file: string): Promise<Credentials> {
  const text = new TextDecoder().decode(await readInput(file, MAX_CREDENTIALS_BYTES));
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const colon = lines[0]?.indexOf(':') ?? -1;
  const [username, password] =
    lines.length === 1 && colon > 0 ? [lines[0]?.slice(0, colon), lines[0]?.slice(colon + 1)] : lines.length === 2 ? lines : [];
  if (username === undefined || password === undefined) {
    throw new UserError(
      'turn-credentials-format',
      'the file of --turn-credentials does not hold a user name and a password',
      'write them on two lines, or as user:password on one',
    );
  }
  const open = process.platform !== 'win32' && ((await stat(file)).mode & OTHERS_MAY_READ) !== 0;
  const warning: Warning = {
    code: 'turn-credentials-readable',
    message: 'every user of this machine can read the file of --turn-credentials',
    hint: 'take that right away: chmod 600',
  };
  return { ...checkCredentials(username, password), warnings: open ? [warning] : [] };
}

function checkCredentials(username: string, password: string): Pick<Credentials, 'username' | 'password'> {
  if (username === '' || password === '' || Buffer.byteLength(username) > MAX_USERNAME_BYTES) {
    throw new UserError(
      'turn-credentials-format',
      `the relay's user name or password is empty, or the name longer than ${MAX_USERNAME_BYTES} bytes`,
      'give both as the owner of the relay gave them to you',
    );
  }
  return { username, password };
}

/** The addresses a link offers by IP version; null for a link that was not asked for. */
function localAddressesOf(link: LinkSetting | null, side: string, host: Host): ReadonlyMap<Family, string> | null {
  if (link === null) return null;
  const interfaces = host.interfaces();
  if (link.by === 'address') {
    const family = isIP(link.value);
    const here = Object.values(interfaces).some((addresses) => addresses.includes(link.value));
    if (family === 0 || !here) {
      throw new UserError(
        'address-not-here',
        `--${side}-address names ${family === 0 ? 'no IP address' : 'an address this machine does not have'}`,
        'give an address of one of its interfaces, or name the interface',
      );
    }
    return new Map([[family as Family, link.value]]);
  }
  const addresses = interfaces[link.value];
  if (addresses === undefined || addresses.length === 0) {
    throw new UserError(
      'interface-not-here',
      `this machine has no interface ${link.value} with an address`,
      `choose one of ${Object.keys(interfaces).join(', ')}`,
    );
  }
  const byFamily = new Map<Family, string>();
  for (const address of addresses) {
    const family = isIP(address) as Family;
    if (!byFamily.has(family)) byFamily.set(family, address);
  }
  return byFamily;
}

function familiesOfServer(server: string): ReadonlyMap<Family, string> | null {
  const family = isIP(server);
  return family === 0 ? null : new Map([[family as Family, server]]);
}

/** The IP version that all of them have, IPv4 first. */
function commonFamily(offers: readonly (ReadonlyMap<Family, string> | null)[]): Family {
  const family = ([4, 6] as const).find((candidate) => offers.every((offer) => offer === null || offer.has(candidate)));
  if (family === undefined) {
    throw new UserError(
      'contradictory-flags',
      'the relay and the links of the peers have no IP version in common',
      'give addresses that are all IPv4, or all IPv6',
    );
  }
  return family;
}
