import { readFileSync } from 'node:fs';

/** What Chromium's own network log (`--log-net-log`) tells of a run. */
export interface NetLog {
  /** Every address a UDP packet went to, without its port, and how many did. */
  readonly sentTo: ReadonlyMap<string, number>;
  /** How often a TCP connection was tried, and a name server or the system asked for a name. */
  readonly tcpConnects: number;
  readonly lookups: number;
}

interface LogFile {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly { readonly type: number; readonly params?: { readonly address?: string } }[];
}

/** Reads a log that the browser has finished. @throws Error when it does not know a kind of event that the result stands on */
export function readNetLog(file: string): NetLog {
  const { constants, events } = JSON.parse(readFileSync(file, 'utf8')) as LogFile;
  const eventsOf = (...names: string[]): LogFile['events'] => {
    const types = names.map((name) => {
      const type = constants.logEventTypes[name];
      if (type === undefined) throw new Error(`this Chromium has no event ${name} in its log`);
      return type;
    });
    return events.filter(({ type }) => types.includes(type));
  };
  const sentTo = new Map<string, number>();
  for (const { params } of eventsOf('UDP_BYTES_SENT')) {
    const host = (params?.address ?? 'a connected peer').replace(/:\d+$/, '');
    sentTo.set(host, (sentTo.get(host) ?? 0) + 1);
  }
  return {
    sentTo,
    tcpConnects: eventsOf('TCP_CONNECT', 'TCP_CONNECT_ATTEMPT').length,
    lookups: eventsOf('DNS_TRANSACTION', 'HOST_RESOLVER_SYSTEM_TASK').length,
  };
}
