import type { PacketMatch, PathRule } from '../../core/path-profile.ts';

/** A rule without its provenance: what the command line says of it. */
export type BareRule = Omit<PathRule, 'provenance'>;

/**
 * The one form of a rule that means the same: no empty `after` or `for`, no `sticky: false`, a match that names classes alone as a list, one that names
 * nothing as `any`.
 */
export function normaliseRule({ match, direction, after, for: lasting, sticky, action }: BareRule): BareRule {
  return {
    match: normaliseMatch(match),
    direction,
    ...(after === undefined || Object.keys(after).length === 0 ? {} : { after }),
    ...(lasting === undefined || Object.keys(lasting).length === 0 ? {} : { for: lasting }),
    ...(sticky === true ? { sticky } : {}),
    action,
  };
}

function normaliseMatch(match: PathRule['match']): PathRule['match'] {
  if (match === 'any' || isList(match)) return match;
  const { classes, ...rest } = match;
  if (Object.keys(rest).length > 0) return match;
  return classes ?? 'any';
}

function isList(match: Exclude<PathRule['match'], 'any'>): match is Extract<PathRule['match'], readonly unknown[]> {
  return Array.isArray(match);
}

/** What a match asks for, whichever way it is written. */
export function matchParts(match: PathRule['match']): PacketMatch {
  if (match === 'any') return {};
  return isList(match) ? { classes: match } : match;
}
