import type { CallPeers, CallTimeouts, CodecSettings, PlayoutSettings, TextSettings } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import type { Thresholds } from '../core/verdict.ts';
import * as defaults from './defaults.ts';
import { parseDurationMs, parseLabels, parseRateBps, parseRatio, parseWhole } from './parse.ts';
import { type PeerFlags, resolvePeers } from './peer-settings.ts';
import { type RelayFlags, type RelaySettings, resolveRelay, withoutAddresses } from './relay-settings.ts';

/** The flags of the receiver as given: text, or absent. */
export interface PlayoutFlags {
  readonly concealment?: string;
  readonly minDelay?: string;
  readonly maxDelay?: string;
}

/** The flags of `callprobe run` as given. */
export interface RunFlags extends PlayoutFlags, RelayFlags, PeerFlags {
  readonly path?: string;
  readonly seed?: string;
  readonly stimulus?: string;
  readonly reference?: string;
  readonly bitrate?: string;
  readonly complexity?: string;
  readonly fec?: boolean;
  readonly declaredLoss?: string;
  readonly dtx?: boolean;
  readonly ptime?: string;
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

/** Opus' own limits (RFC 6716 section 2.1.1: 6–510 kbit/s). */
const BITRATE_BPS = { min: 6_000, max: 510_000 };
const PACKET_TIMES_MS = [20, 40, 60] as const;
const CONCEALMENTS = ['neteq', 'opus', 'repeat', 'silence'] as const;
/** A run shorter than this could not even fail to connect. */
const MIN_TOTAL_MS = 1_000;
const MAX_TOTAL_MS = 3_600_000;

/** Checks the flags of a run against each other and fills in the defaults. Throws UserError for whatever cannot be meant. */
export function resolveRunSettings(flags: RunFlags): RunSettings {
  if (flags.stimulus !== undefined && flags.reference !== undefined) {
    throw new UserError('contradictory-flags', '--stimulus and --reference both say what to speak', 'give one of them');
  }
  const relay = resolveRelay(flags);
  return {
    pathSpec: flags.path ?? (relay === null ? defaults.DEFAULT_PATH : null),
    relay,
    peers: resolvePeers(flags),
    seed: flags.seed === undefined ? null : parseWhole(flags.seed, '--seed', 0, Number.MAX_SAFE_INTEGER),
    stimulus:
      flags.reference === undefined
        ? { kind: 'bundled', name: flags.stimulus ?? defaults.DEFAULT_STIMULUS }
        : { kind: 'file', file: flags.reference },
    codec: resolveCodec(flags),
    playout: resolvePlayout(flags),
    timeouts: { ...defaults.DEFAULT_TIMEOUTS, connectMs: resolveConnectMs(flags) },
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

function resolveCodec(flags: RunFlags): CodecSettings {
  const base = defaults.DEFAULT_CODEC;
  const bitrateBps = flags.bitrate === undefined ? base.bitrateBps : parseRateBps(flags.bitrate, '--bitrate');
  if (bitrateBps < BITRATE_BPS.min || bitrateBps > BITRATE_BPS.max) {
    throw new UserError('bad-bitrate', `--bitrate ${flags.bitrate} is outside what Opus can do`, 'choose between 6k and 510k');
  }
  return {
    name: 'opus',
    bitrateBps,
    complexity: flags.complexity === undefined ? base.complexity : parseWhole(flags.complexity, '--complexity', 0, 10),
    fec: flags.fec ?? base.fec,
    declaredLossRatio: flags.declaredLoss === undefined ? base.declaredLossRatio : parseRatio(flags.declaredLoss, '--declared-loss'),
    dtx: flags.dtx ?? base.dtx,
    packetTimeMs:
      flags.ptime === undefined
        ? base.packetTimeMs
        : oneOf(Number(flags.ptime.replace(/ms$/, '')), PACKET_TIMES_MS, '--ptime', flags.ptime),
  };
}

function resolvePlayout(flags: PlayoutFlags): PlayoutSettings {
  return checkPlayout({ ...defaults.DEFAULT_PLAYOUT, ...resolvePlayoutChanges(flags) });
}

/** Only the receiver settings that the flags name, for a replay that takes the rest from the call. */
export function resolvePlayoutChanges(flags: PlayoutFlags): Partial<PlayoutSettings> {
  return {
    ...(flags.concealment === undefined ? {} : { concealment: oneOf(flags.concealment, CONCEALMENTS, '--concealment', flags.concealment) }),
    ...(flags.minDelay === undefined ? {} : { minDelayMs: parseDurationMs(flags.minDelay, '--min-delay') }),
    ...(flags.maxDelay === undefined ? {} : { maxDelayMs: parseDurationMs(flags.maxDelay, '--max-delay') }),
  };
}

/** Throws UserError when the least delay is above the largest. */
export function checkPlayout(playout: PlayoutSettings): PlayoutSettings {
  if (playout.minDelayMs > playout.maxDelayMs) {
    throw new UserError(
      'contradictory-flags',
      `the least delay of the jitter buffer, ${playout.minDelayMs} ms, is above the most, ${playout.maxDelayMs} ms`,
      'lower --min-delay or raise --max-delay',
    );
  }
  return playout;
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

function oneOf<T extends string | number>(value: string | number, allowed: readonly T[], flag: string, given: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UserError('bad-choice', `${flag} takes ${allowed.join(', ')}, not "${given}"`, `choose one of ${allowed.join(', ')}`);
  return found;
}
