import { type BenchRelayOptions, CONSTANT_DELAY_MS, openBenchRelay } from './support-relay.ts';
import { openRelayThread } from './support-relay-thread.ts';
import { openTraffic, openTrafficThread, type Traffic } from './support-relay-traffic.ts';

const RATES_PER_SECOND: readonly number[] = [50, 1000, 5000, 20_000];
/** Rates of a call and of many, for packets timed from peer to peer. */
const CALL_RATES_PER_SECOND: readonly number[] = [50, 1000];
const SECONDS = 2;
/** Every way is measured so often, in turn, and the median of each figure printed: one busy moment of the machine then counts for nothing. */
const ROUNDS = 3;
const FULL_RATE_PER_SECOND = 50_000;
/** Packets under way at once when as many as possible are sent. */
const WINDOW = 256;
/** Work that keeps the main thread from everything else: so much of every so much. */
const LOAD_MS = 3;
const LOAD_EVERY_MS = 20;

type Place = 'main thread' | 'own thread';
type Wakes = BenchRelayOptions['wakes'];
const WAYS: readonly (readonly [Place, Wakes])[] = [
  ['main thread', 'timers'],
  ['main thread', 'alarm'],
  ['own thread', 'timers'],
  ['own thread', 'alarm'],
];

async function withRelay<Result>(
  place: Place,
  options: Omit<BenchRelayOptions, 'callerPort' | 'calleePort'>,
  traffic: Traffic,
  measure: (relay: Awaited<ReturnType<typeof openBenchRelay>>) => Promise<Result>,
): Promise<Result> {
  const { callerPort, calleePort } = traffic;
  const open = place === 'main thread' ? openBenchRelay : openRelayThread;
  const relay = await open({ ...options, callerPort, calleePort });
  try {
    return await measure(relay);
  } finally {
    await relay.close();
  }
}

/** Holds the main thread up now and then; returns what ends that. */
function load(): () => void {
  const timer = setInterval(() => {
    const endMs = performance.now() + LOAD_MS;
    while (performance.now() < endMs);
  }, LOAD_EVERY_MS);
  return () => clearInterval(timer);
}

const quantilesOf = (sorted: Float64Array, subtractMs = 0): number[] =>
  [0.01, 0.5, 0.99, 1].map((share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN) - subtractMs);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Measures every way at every rate in several rounds, and prints the median of each quantile. */
async function printRounds(
  rates: readonly number[],
  measure: (place: Place, wakes: Wakes, rate: number) => Promise<number[]>,
): Promise<void> {
  const cells = (...texts: readonly (string | number)[]): string => texts.map((text) => String(text).padEnd(12)).join(' ');
  const columns = (texts: readonly string[]): string => texts.map((text) => text.padStart(8)).join('');
  const rounds = new Map<string, number[][]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const rate of rates) {
      for (const [place, wakes] of WAYS) {
        const head = cells(rate, place, wakes);
        rounds.set(head, [...(rounds.get(head) ?? []), await measure(place, wakes, rate)]);
      }
    }
  }
  console.log(cells('packets/s', 'relay on', 'woken by') + columns(['p1', 'p50', 'p99', 'max', 'lost']));
  for (const [head, figures] of rounds) {
    console.log(head + columns([0, 1, 2, 3, 4].map((place) => median(figures.map((values) => values[place] as number)).toFixed(2))));
  }
}

/** How far from its due time the relay sends each packet, the peers being on a thread of their own. */
async function printOwnErrors(traffic: Traffic, loaded: boolean): Promise<void> {
  console.log(
    `\nsent minus due, ms; ${CONSTANT_DELAY_MS} ms delay and 0-20 ms jitter; peers on another thread; main thread ${loadWords(loaded)}`,
  );
  await printRounds(RATES_PER_SECOND, (place, wakes, rate) =>
    withRelay(place, { wakes, path: 'jittery' }, traffic, async (relay) => {
      const packets = rate * SECONDS;
      const { heard } = await traffic.send({ toPort: relay.port, packetsPerSecond: rate, packets });
      return [...quantilesOf(await relay.errorsMs()), packets - heard];
    }),
  );
}

/** How much longer than the path says packets take from peer to peer when both peers are on the main thread, as in a call. */
async function printCallErrors(loaded: boolean): Promise<void> {
  const traffic = await openTraffic();
  console.log(`\nheard minus sent minus ${CONSTANT_DELAY_MS} ms; peers on the main thread, which is ${loadWords(loaded)}`);
  await printRounds(CALL_RATES_PER_SECOND, (place, wakes, rate) =>
    withRelay(place, { wakes, path: 'constant' }, traffic, async (relay) => {
      const packets = rate * SECONDS;
      const { heard, delaysMs } = await traffic.send({ toPort: relay.port, packetsPerSecond: rate, packets });
      return [...quantilesOf(delaysMs, CONSTANT_DELAY_MS), packets - heard];
    }),
  );
  await traffic.close();
}

/** How many packets a second one thread relays. */
async function printCapacity(traffic: Traffic): Promise<void> {
  console.log('packets through a relay on the main thread, both peers on one other thread');
  const print = (path: 'none' | 'constant', how: string, sending: { packetsPerSecond: number } | { window: number }): Promise<void> =>
    withRelay('main thread', { wakes: 'alarm', path }, traffic, async (relay) => {
      const packets = FULL_RATE_PER_SECOND * SECONDS;
      const before = performance.eventLoopUtilization();
      const { heard, seconds } = await traffic.send({ toPort: relay.port, packets, ...sending });
      const busy = Math.round(100 * performance.eventLoopUtilization(before).utilization);
      const name = (path === 'none' ? 'no rules' : `${CONSTANT_DELAY_MS} ms delay`).padEnd(12);
      console.log(
        `${name} ${how.padEnd(42)} ${Math.round(heard / seconds)}/s, ${packets - heard} of ${packets} lost, thread busy ${busy} %`,
      );
    });
  await print('none', 'as fast as they come back', { window: WINDOW });
  await print('none', `at ${FULL_RATE_PER_SECOND}/s`, { packetsPerSecond: FULL_RATE_PER_SECOND });
  await print('constant', `at ${FULL_RATE_PER_SECOND}/s`, { packetsPerSecond: FULL_RATE_PER_SECOND });
}

const loadWords = (loaded: boolean): string => (loaded ? `held up ${LOAD_MS} ms of every ${LOAD_EVERY_MS}` : 'idle');

/** Prints how many packets a second the relay carries, and how near to its due time the relay sends each packet, by where it runs and what wakes it. `capacity` prints the first alone, `idle` those two for an idle main thread. */
export async function run(args: string[]): Promise<void> {
  const traffic = await openTrafficThread();
  await printCapacity(traffic);
  if (!args.includes('capacity')) await printOwnErrors(traffic, false);
  if (args.length === 0) {
    await printCallErrors(false);
    const stop = load();
    await printOwnErrors(traffic, true);
    await printCallErrors(true);
    stop();
  }
  await traffic.close();
}
