import { UserError } from '../core/errors.ts';
import type { PathProfile } from '../core/path-profile.ts';
import type { BuiltInPath } from './built-in-path.ts';
import { nearestName } from './nearest-name.ts';
import { dtlsDrop, freeze, gap10s, stunDrop, udpBlackhole } from './profiles/blocking.ts';
import { bufferbloat } from './profiles/bufferbloat.ts';
import { clear } from './profiles/clear.ts';
import { congested } from './profiles/congested.ts';
import { g1050a, g1050b, g1050c } from './profiles/g1050.ts';
import { edge, lte, umts } from './profiles/mobile.ts';
import { naturalInbound } from './profiles/natural-inbound.ts';
import { satellite } from './profiles/satellite.ts';
import { shutdown } from './profiles/shutdown.ts';
import { telegram202508 } from './profiles/telegram-2025-08.ts';
import { gulf, policer24k, policer140k, shaper, uplinkRandom } from './profiles/throttling.ts';
import { whatsapp202508 } from './profiles/whatsapp-2025-08.ts';
import { wifi, wifiStall } from './profiles/wifi.ts';

/** The paths that come with the program: by group, within each from the best to none. */
const PATHS: readonly BuiltInPath[] = [
  ...[clear, policer140k, naturalInbound],
  ...[lte, wifi, wifiStall, umts, edge, satellite, bufferbloat, congested, g1050a, g1050b, g1050c],
  ...[whatsapp202508, uplinkRandom, gap10s, shaper, policer24k, gulf],
  ...[freeze, telegram202508, stunDrop, dtlsDrop, udpBlackhole, shutdown],
];

/** Every path with its group and what to expect of it. */
export function listBuiltInPaths(): readonly BuiltInPath[] {
  return PATHS;
}

/** Every path as a call is placed over it. */
const PROFILES: readonly PathProfile[] = PATHS.map(({ group: _group, expected: _expected, ...profile }) => profile);

export function listProfiles(): readonly PathProfile[] {
  return PROFILES;
}

/**
 * The path profile of that name.
 * @throws UserError `unknown-path`, with the names there are and the one that was probably meant
 */
export function findProfile(name: string): PathProfile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = PROFILES.map((profile) => profile.name);
  const nearest = nearestName(name, names);
  const guess = nearest === null ? '' : `Did you mean "${nearest}"? `;
  throw new UserError('unknown-path', `There is no path named "${name}".`, `${guess}The paths are: ${names.join(', ')}.`);
}
