import type { CallPeers, CallTimeouts, CodecSettings, PlayoutSettings, TextSettings } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import type { Thresholds } from '../core/verdict.ts';
import { type CodecFlags, checkConcealment, resolveCodec } from './codec-settings.ts';
import * as defaults from './defaults.ts';
import { parseDurationMs, parseLabels, parseWhole } from './parse.ts';
import { type PeerFlags, resolvePeers } from './peer-settings.ts';
import { changePlayout, type PlayoutFlags, resolvePlayoutChanges } from './receiver-settings.ts';
import { type RelayFlags, type RelaySettings, resolveRelay, withoutAddresses } from './relay-settings.ts';

/** The flags of `callprobe run` as given. */
export interface RunFlags extends PlayoutFlags, RelayFlags, CodecFlags, PeerFlags {
  readonly path?: string;
  readonly seed?: string;
  readonly stimulus?: string;
  readonly reference?: string;
  readonly connectTimeout?: string;
  readonly timeout?: string;
  readonly label?: readonly string[];
  readonly output?: string;
  readonly scheduled?: boolean;
}

/** What a run will use: every flag checked, every default filled in. */
export interface RunSettings {
  /** A built-in path's name, a rule file, or rules in words, as `--path` takes them. Null for a call over a real network to which nothing is added. */
  readonly pathSpec: string | null;
  /** The TURN relay to call through; null for a call that stays on this machine. */
  readonly relay: RelaySettings | null;
  readonly peers: CallPeers;
  /** Null: draw one. */
  readonly seed: number | null;
  readonly stimulus: { readonly kind: 'bundled'; readonly name: string } | { readonly kind: 'file'; readonly file: string };
  readonly codec: CodecSettings;
  readonly playout: PlayoutSettings;
  readonly timeouts: Omit<CallTimeouts, 'totalMs'>;
  /** Null: as long as the call may take, and a minute. */
  readonly totalMs: number | null;
  readonly text: TextSettings;
  readonly leadInMs: number;
  readonly tailMs: number;
  readonly thresholds: Thresholds;
  readonly labels: Readonly<Record<string, string>>;
  /** Null: a new folder under `callprobe-runs`. */
  readonly outputDirectory: string | null;
  readonly runType: 'manual' | 'scheduled';
  /** The flags as given, for the report. */
  readonly requested: Readonly<Record<string, unknown>>;
}

/** A run shorter than this could not even fail to connect. */
const MIN_TOTAL_MS = 1_000;
const MAX_TOTAL_MS = 3_600_000;

/** Checks the flags of a run against each other and fills in the defaults. Throws UserError for whatever cannot be meant. */
export function resolveRunSettings(flags: RunFlags): RunSettings {
  if (flags.stimulus !== undefined && flags.reference !== undefined) {
    throw new UserError('contradictory-flags', '--stimulus and --reference both say what to speak', 'give one of them');
  }
  const relay = resolveRelay(flags);
  const codec = resolveCodec(flags);
  const peers = resolvePeers(flags, codec);
  const playout = changePlayout(defaults.DEFAULT_PLAYOUT, resolvePlayoutChanges(flags));
  checkConcealment(playout, codec);
  return {
    pathSpec: flags.path ?? (relay === null ? defaults.DEFAULT_PATH : null),
    relay,
    peers,
    seed: flags.seed === undefined ? null : parseWhole(flags.seed, '--seed', 0, Number.MAX_SAFE_INTEGER),
    stimulus:
      flags.reference === undefined
        ? { kind: 'bundled', name: flags.stimulus ?? defaults.DEFAULT_STIMULUS }
        : { kind: 'file', file: flags.reference },
    codec,
    playout,
    timeouts: { ...defaults.DEFAULT_TIMEOUTS, ...gathering(peers), connectMs: resolveConnectMs(flags) },
    totalMs: resolveTotalMs(flags),
    text: defaults.DEFAULT_TEXT,
    leadInMs: defaults.DEFAULT_LEAD_IN_MS,
    tailMs: defaults.DEFAULT_TAIL_MS,
    thresholds: defaults.DEFAULT_THRESHOLDS,
    labels: parseLabels(flags.label ?? []),
    outputDirectory: flags.output ?? null,
    runType: flags.scheduled === true ? 'scheduled' : 'manual',
    requested: withoutAddresses(flags) as Readonly<Record<string, unknown>>,
  };
}

function gathering({ caller, callee }: CallPeers): Partial<CallTimeouts> {
  return caller === 'callprobe' && callee === 'callprobe' ? {} : { gatheringMs: defaults.ENGINE_GATHERING_MS };
}

function resolveConnectMs(flags: RunFlags): number {
  if (flags.connectTimeout === undefined) return defaults.DEFAULT_TIMEOUTS.connectMs;
  const connectMs = parseDurationMs(flags.connectTimeout, '--connect-timeout');
  if (connectMs <= 0) throw new UserError('bad-duration', '--connect-timeout must be above zero', 'write for example 15s');
  return connectMs;
}

function resolveTotalMs(flags: RunFlags): number | null {
  if (flags.timeout === undefined) return null;
  const totalMs = parseDurationMs(flags.timeout, '--timeout');
  if (totalMs < MIN_TOTAL_MS || totalMs > MAX_TOTAL_MS) {
    throw new UserError('bad-duration', `--timeout ${flags.timeout} is outside 1s to 1h`, 'write for example 60s');
  }
  if (flags.connectTimeout !== undefined && resolveConnectMs(flags) > totalMs) {
    throw new UserError('contradictory-flags', '--connect-timeout is above --timeout', 'lower the one or raise the other');
  }
  return totalMs;
}
