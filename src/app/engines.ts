import { EngineMissingError } from '../call/engines/engine-peer.ts';
import { prepareEngine } from '../call/engines/start-engine.ts';
import type { Engines } from '../call/place-call.ts';
import { waitFor } from '../call/waiting.ts';
import type { RunSettings } from '../config/run-settings.ts';
import type { CallPeers } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import type { Warning } from '../core/report.ts';
import type { Signal } from '../core/signal.ts';
import type { Host } from './host.ts';

/**
 * A browser starts in about a second on an idle machine. Longer than what Chromium is given to start, and to open its page, in `call/engines`: whoever gives up
 * there knows why.
 */
const START_MS = 75_000;

/** The engines of a call, and how to be rid of them: in every case, once they are started. */
export interface RunningEngines {
  readonly engines: Engines;
  close(): Promise<void>;
}

/**
 * Starts the real engines that sit at the ends of a call.
 * @param speech what each side says
 * @param signal ends the wait: then those that are not started are missing
 * @throws UserError when one is not installed, or does not start
 */
export async function startEngines(peers: CallPeers, speech: Signal, host: Host, signal: AbortSignal): Promise<RunningEngines> {
  const engines: { -readonly [Side in keyof Engines]: Engines[Side] } = {};
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(engines).map(({ peer }) => peer.close().catch(() => undefined)));
  };
  for (const side of ['caller', 'callee'] as const) {
    const kind = peers[side];
    if (kind === 'callprobe') continue;
    const starting = prepareEngine(host.engines[kind], speech, host.clock, signal);
    const waited = await waitFor(starting, host.clock.now() + START_MS, { clock: host.clock, signal }).catch(async (error: unknown) => {
      await close();
      throw error instanceof EngineMissingError ? new UserError('engine-missing', error.message, error.hint) : error;
    });
    if (waited.end !== 'done') {
      // Should it come after all, it is not wanted any more.
      starting.then(({ peer }) => peer.close()).catch(() => undefined);
      if (waited.end === 'aborted') break;
      await close();
      throw new UserError(
        'engine-missing',
        `${kind} did not start within ${START_MS / 1000} s`,
        'try again when the machine has less to do',
      );
    }
    engines[side] = waited.value;
  }
  return { engines, close };
}

/** What was asked of the call that a real engine settles for itself. Nothing for a call of our own peers. */
export function engineWarnings({ codec, peers, requested }: Pick<RunSettings, 'codec' | 'peers' | 'requested'>): Warning[] {
  const side = peers.callee === 'callprobe' ? 'caller' : 'callee';
  const engine = peers[side];
  if (engine === 'callprobe') return [];
  const given = (flags: Readonly<Record<string, string>>): string =>
    Object.entries(flags)
      .filter(([name]) => requested[name] !== undefined)
      .map(([, flag]) => flag)
      .join(', ');
  const encoder = given({ complexity: '--complexity', declaredLoss: '--declared-loss' });
  const receiver = given({ concealment: '--concealment', buffer: '--buffer', minDelay: '--min-delay', maxDelay: '--max-delay' });
  return [
    ...(encoder === ''
      ? []
      : [
          {
            code: 'engine-encoder',
            message: `${engine} sets its encoder's complexity itself, and the loss it prepares for by what it is told of the call: ${encoder} holds for what callprobe says alone`,
            hint: `leave it out, or call without --${side} ${engine}`,
          },
        ]),
    ...(codec.redundancy === 2
      ? [
          {
            code: 'engine-encoder',
            message: `${engine} sends one earlier payload in each packet: --red 2 holds for what callprobe says alone`,
            hint: 'give --red 1 for the same both ways',
          },
        ]
      : []),
    ...(receiver === ''
      ? []
      : [
          {
            code: 'engine-receiver',
            message: `${engine} plays out as it does: ${receiver} holds for what callprobe hears alone`,
            hint: 'replay the run with it: callprobe then plays the packets that the engine got',
          },
        ]),
  ];
}
