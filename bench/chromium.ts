import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { readWav } from '../src/audio/wav.ts';
import { openChromium } from '../src/call/engines/chromium-peer.ts';
import { sendLateness } from '../src/call/health.ts';
import type { DelayQuantiles } from '../src/core/call-record.ts';
import type { Signal } from '../src/core/signal.ts';
import { resample } from '../src/dsp/resample.ts';
import { machineClock } from '../src/path/relay-clock.ts';
import { callPlan, runCall } from '../test/support/call.ts';
import { callChromium, hasChromium, NO_CHROMIUM } from '../test/support/chromium-call.ts';

const STARTS = 5;
const CALLS = 3;
const SPEECH_FILE = 'fixtures/stimuli/en-female.wav';
/** USER_HZ of every Linux there is. */
const MS_A_TICK = 10;
const PRESSURE_FILE = '/proc/pressure/cpu';

/**
 * Prints what a Chromium at one end of a call costs: how long it takes to start and to end, how busy the machine is during a call, and how late our own packets
 * leave beside it, next to a call between two of our own peers. Run it on an idle machine: the last column tells for how much of the time it was not.
 */
export async function run(): Promise<void> {
  if (!hasChromium()) return console.log(NO_CHROMIUM);
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
  const speech = resample(readWav(readFileSync(SPEECH_FILE), SPEECH_FILE), 48_000);
  await printStarts(speech);

  console.log(
    `${'call'.padEnd(20)}${'sent late p50/p99/max ms'.padEnd(28)}${'cores busy'.padEnd(12)}${'own'.padEnd(8)}someone waited for a core`,
  );
  const seconds = speech.samples.length / speech.sampleRateHz;
  for (let n = 0; n < CALLS; n++) {
    const own = createMeter();
    const { record } = await runCall(callPlan([]), seconds);
    printCall('our own peers', record.health.sendLatenessSeconds, own());
    let meter = createMeter();
    let load = '';
    let browserCores: number | null = null;
    const call = await callChromium({
      side: 'callee',
      speech,
      during: async ({ processId }) => {
        meter = createMeter();
        const [startMs, usedMs] = [performance.now(), treeCpuMs(processId ?? 0)];
        await new Promise((resolve) => setTimeout(resolve, (seconds - 1) * 1000));
        const used = treeCpuMs(processId ?? 0);
        if (used !== null && usedMs !== null) browserCores = (used - usedMs) / (performance.now() - startMs);
        load = meter();
      },
    });
    printCall('with Chromium', sendLateness(call.sent), load);
    const { inbound = {}, skippedMs, clockErrorMs } = call.hearing ?? {};
    console.log(
      `  concealed ${inbound['concealedSamples']} of ${inbound['totalSamplesReceived']} samples, not played ${skippedMs?.toFixed(0)} ms, clock ±${clockErrorMs?.toFixed(1)} ms, the browser keeps ${browserCores === null ? 'an unknown part' : (browserCores as number).toFixed(2)} of a core busy`,
    );
  }
}

async function printStarts(speech: Signal): Promise<void> {
  const rows: string[] = [];
  for (let n = 0; n < STARTS; n++) {
    const startMs = performance.now();
    const chromium = await openChromium({ address: '127.0.0.1', speech, clock: machineClock, onCandidate: () => undefined });
    const openMs = performance.now();
    await chromium.close();
    rows.push(`${(openMs - startMs).toFixed(0)}/${(performance.now() - openMs).toFixed(0)}`);
    if (n === 0) console.log(chromium.name);
  }
  console.log(`started/ended within ms: ${rows.join(' ')}`);
}

function printCall(name: string, late: DelayQuantiles | null, load: string): void {
  const ms = late === null ? 'nothing sent' : [late.p50, late.p99, late.max].map((seconds) => (seconds * 1000).toFixed(1)).join(' / ');
  console.log(`${name.padEnd(20)}${ms.padEnd(28)}${load}`);
}

/** Processor time that a process and its descendants have used, ms; null where the kernel does not show it as Linux does. */
function treeCpuMs(root: number): number | null {
  const parents = new Map<number, { readonly parent: number; readonly ticks: number }>();
  try {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const fields = readStat(name);
      if (fields !== null) parents.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    }
  } catch {
    return null;
  }
  const isBelow = (id: number): boolean => id === root || (id > 1 && isBelow(parents.get(id)?.parent ?? 0));
  let ticks = 0;
  for (const [id, one] of parents) if (isBelow(id)) ticks += one.ticks;
  return ticks * MS_A_TICK;
}

/** proc(5): the fields after the name, state first. Null when the process has just ended. */
function readStat(name: string): string[] | null {
  try {
    return readFileSync(`/proc/${name}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return null;
  }
}

/** From here on: how many cores of the machine are busy, and with this process; and how much of the time something waited for one, where the kernel tells. */
function createMeter(): () => string {
  const busyMs = (): number => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const start = { ms: performance.now(), busyMs: busyMs(), own: process.cpuUsage(), waitedMs: waitedMs() };
  return () => {
    const ms = performance.now() - start.ms;
    const { user, system } = process.cpuUsage(start.own);
    const waited = waitedMs();
    const share = waited === null || start.waitedMs === null ? 'unknown' : `${((100 * (waited - start.waitedMs)) / ms).toFixed(0)} %`;
    return `${((busyMs() - start.busyMs) / ms).toFixed(2).padEnd(12)}${((user + system) / 1000 / ms).toFixed(2).padEnd(8)}${share}`;
  };
}

function waitedMs(): number | null {
  try {
    return Number(/some .*total=(\d+)/.exec(readFileSync(PRESSURE_FILE, 'utf8'))?.[1]) / 1000;
  } catch {
    return null;
  }
}
