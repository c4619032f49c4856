import type { PathProfile } from '../../core/path-profile.ts';

/** No network at all. */
export const shutdown: PathProfile = {
  name: 'shutdown',
  summary: 'No network: nothing passes in either direction, texts included. What a whole-network cut looks like from inside.',
  expectedEffect: 'The call never connects and no text is answered.',
  // No number in it, so none is a guess.
  basis: 'documented',
  rules: [{ match: 'any', direction: 'both', action: { kind: 'black-hole' }, provenance: {} }],
};
