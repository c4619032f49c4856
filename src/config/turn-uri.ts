import type { RelayTransport } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';

/** Where a TURN relay is, and how it is talked to. */
export interface TurnServer {
  /** A name, or an address in digits (IPv6 without brackets). */
  readonly host: string;
  readonly port: number;
  readonly transport: RelayTransport;
}

/** RFC 7065 section 3.1. */
const TURN_URI = /^(turns?):(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?(?:\?transport=([a-z]+))?$/i;
/** RFC 8656 section 4.1. */
const DEFAULT_PORT = { turn: 3478, turns: 5349 } as const;
const MAX_HOST_LENGTH = 253;

/**
 * Reads `turn:HOST[:PORT][?transport=udp|tcp]` (UDP when not told) or `turns:HOST[:PORT]` (TLS over TCP). An IPv6 address stands in brackets.
 * @throws UserError for anything else; it does not repeat what was given, which may hold a password
 */
export function parseTurnUri(text: string): TurnServer {
  if (text.includes('@')) {
    throw new UserError(
      'turn-credentials-in-uri',
      '--turn takes no user name or password: others on this machine can read the command line',
      'set CALLPROBE_TURN_USER and CALLPROBE_TURN_PASSWORD, or give --turn-credentials FILE',
    );
  }
  const match = TURN_URI.exec(text.trim());
  const [, scheme = '', ipv6, name, portText, transportText] = match ?? [];
  const secure = scheme.toLowerCase() === 'turns';
  const port = portText === undefined ? DEFAULT_PORT[secure ? 'turns' : 'turn'] : Number(portText);
  const host = ipv6 ?? name ?? '';
  if (match === null || host.length > MAX_HOST_LENGTH || port < 1 || port > 65_535) {
    throw new UserError(
      'bad-turn-uri',
      '--turn takes a TURN URI (RFC 7065), and this is none',
      'write for example turn:relay.example.org, turn:relay.example.org:3478?transport=tcp or turns:relay.example.org:443',
    );
  }
  const transport = transportText?.toLowerCase();
  if (transport !== undefined && transport !== 'tcp' && (transport !== 'udp' || secure)) {
    throw new UserError(
      'bad-turn-transport',
      `this transport to a ${secure ? 'turns:' : 'turn:'} relay is not supported`,
      secure ? 'turns: is TLS over TCP here: leave ?transport= away' : 'write ?transport=udp or ?transport=tcp',
    );
  }
  return { host, port, transport: secure ? 'tls' : (transport ?? 'udp') };
}
