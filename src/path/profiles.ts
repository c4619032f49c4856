import { UserError } from '../core/errors.ts';
import type { PathProfile } from '../core/path-profile.ts';
import { nearestName } from './nearest-name.ts';
import { clear } from './profiles/clear.ts';
import { congested } from './profiles/congested.ts';
import { shutdown } from './profiles/shutdown.ts';
import { telegram202508 } from './profiles/telegram-2025-08.ts';
import { whatsapp202508 } from './profiles/whatsapp-2025-08.ts';

/** The paths that come with the program, from the best to none. */
const PROFILES: readonly PathProfile[] = [clear, congested, whatsapp202508, telegram202508, shutdown];

/** Every path profile, from the best network to none. */
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
