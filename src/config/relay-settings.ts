import { UserError } from '../core/errors.ts';
import { parseTurnUri, type TurnServer } from './turn-uri.ts';

/** The flags of a call over a real network, as given. */
export interface RelayFlags {
  readonly turn?: string;
  readonly turnCredentials?: string;
  readonly turnInsecure?: boolean;
  readonly callerAddress?: string;
  readonly calleeAddress?: string;
  readonly callerInterface?: string;
  readonly calleeInterface?: string;
  readonly interface?: string;
  readonly showAddresses?: boolean;
}

/** How a peer is bound to a link of this machine. */
export type LinkSetting = { readonly by: 'address' | 'interface'; readonly value: string };

/** What a call over a TURN relay needs, besides credentials. */
export interface RelaySettings extends TurnServer {
  readonly insecure: boolean;
  /** Null: they are in the environment. */
  readonly credentialsFile: string | null;
  readonly links: Readonly<Record<'caller' | 'callee', LinkSetting | null>>;
  readonly showAddresses: boolean;
}

/** The flags that mean nothing without a relay, by their names. */
const NEEDS_TURN: Readonly<Record<Exclude<keyof RelayFlags, 'turn'>, string>> = {
  turnCredentials: '--turn-credentials',
  turnInsecure: '--turn-insecure',
  callerAddress: '--caller-address',
  calleeAddress: '--callee-address',
  callerInterface: '--caller-interface',
  calleeInterface: '--callee-interface',
  interface: '--interface',
  showAddresses: '--show-addresses',
};
const HIDDEN = 'given, not shown';

/** The relay the flags ask for; null when they ask for none. Throws UserError for flags that cannot be meant together. */
export function resolveRelay(flags: RelayFlags): RelaySettings | null {
  if (flags.turn === undefined) return refuseWithoutTurn(flags);
  const server = parseTurnUri(flags.turn);
  if (flags.turnInsecure === true && server.transport !== 'tls') {
    throw new UserError(
      'contradictory-flags',
      '--turn-insecure is about a certificate, and turn: has none',
      'use turns:, or leave it away',
    );
  }
  return {
    ...server,
    insecure: flags.turnInsecure === true,
    credentialsFile: flags.turnCredentials ?? null,
    links: { caller: linkOf('caller', flags), callee: linkOf('callee', flags) },
    showAddresses: flags.showAddresses === true,
  };
}

/** The flags as given, for the report: without whatever names a host, an address or a file, unless addresses are asked for. */
export function withoutAddresses<Flags extends RelayFlags>(flags: Flags): Flags {
  const shown = flags.showAddresses === true;
  const hidden: Record<string, unknown> = {};
  if (flags.turnCredentials !== undefined) hidden['turnCredentials'] = HIDDEN;
  if (!shown) {
    if (flags.turn !== undefined) hidden['turn'] = HIDDEN;
    if (flags.callerAddress !== undefined) hidden['callerAddress'] = HIDDEN;
    if (flags.calleeAddress !== undefined) hidden['calleeAddress'] = HIDDEN;
  }
  return { ...flags, ...hidden };
}

function refuseWithoutTurn(flags: RelayFlags): null {
  const given = (Object.keys(NEEDS_TURN) as (keyof typeof NEEDS_TURN)[]).find((key) => flags[key] !== undefined);
  if (given === undefined) return null;
  const isLink = /Address|nterface/.test(given) && given !== 'showAddresses';
  throw new UserError(
    'turn-missing',
    isLink
      ? `${NEEDS_TURN[given]} needs --turn: what one address of a machine sends to another of its own never leaves the machine, whatever links they are on`
      : `${NEEDS_TURN[given]} is about a TURN relay, and none is named`,
    'name a relay that both links can reach with --turn turn:HOST',
  );
}

function linkOf(side: 'caller' | 'callee', flags: RelayFlags): LinkSetting | null {
  const address = flags[`${side}Address`];
  const own = flags[`${side}Interface`];
  if (address !== undefined && own !== undefined) {
    throw new UserError('contradictory-flags', `--${side}-address and --${side}-interface both bind the ${side}`, 'give one of them');
  }
  if (address !== undefined) return { by: 'address', value: address };
  const name = own ?? flags.interface;
  return name === undefined ? null : { by: 'interface', value: name };
}
