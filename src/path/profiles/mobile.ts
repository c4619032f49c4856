import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';

const RADIO_JITTER = assumed('chosen: turns on a shared radio channel and retries on it');
const RADIO_LOSS = assumed('chosen: the radio repeats what it loses, so that little is lost for good');

/** LTE with a fair signal. */
export const lte: BuiltInPath = builtInPath({
  name: '4g',
  group: 'everyday',
  summary: '4G with a fair signal: 45 ms one way, some jitter, hardly any loss, both ways, all traffic alike.',
  expectedEffect: 'Nothing to hear. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0.02], down: [0, 0.02] },
    delayMs: { up: [50, 58], down: [50, 58] },
    diagnoses: ['clear'],
  },
  rules: [
    sourcedRule('delay 45ms', assumed('chosen: some 20 ms of radio and 25 ms of network')),
    sourcedRule('jitter 8ms normal', RADIO_JITTER),
    sourcedRule('loss 0.5%', RADIO_LOSS),
  ],
});

/** UMTS. */
export const umts: BuiltInPath = builtInPath({
  name: '3g',
  group: 'everyday',
  summary: '3G: 100 ms one way, much jitter, 1 % loss, 384 kbit/s behind a queue, both ways, all traffic alike.',
  expectedEffect: 'Good speech, a little late, with a rare blemish. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0.05], down: [0, 0.05] },
    delayMs: { up: [115, 150], down: [115, 150] },
    diagnoses: ['clear', 'delayed', 'choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 100ms', assumed('chosen: round trips of some 200 ms, as 3G was known for')),
    sourcedRule('jitter 20ms pareto', RADIO_JITTER),
    sourcedRule('loss 1% burst 2', RADIO_LOSS),
    sourcedRule('rate 384kbps queue 500ms', assumed('the highest rate of a UMTS bearer before HSPA, 384 kbit/s; the queue is chosen')),
  ],
});

/** GPRS with EDGE. */
export const edge: BuiltInPath = builtInPath({
  name: 'edge',
  group: 'everyday',
  summary: '2G with EDGE: 250 ms one way, much jitter, 2 % loss, 120 kbit/s behind a queue, both ways, all traffic alike.',
  expectedEffect: 'Followable speech, so late that talkers cut each other off, with blemishes. Texts arrive.',
  expected: {
    connects: 'mostly',
    lossRatio: { up: [0, 0.07], down: [0, 0.07] },
    delayMs: { up: [285, 360], down: [285, 360] },
    diagnoses: ['delayed', 'choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 250ms', assumed('chosen: round trips of some 500 ms, as EDGE was known for')),
    sourcedRule('jitter 25ms pareto', RADIO_JITTER),
    sourcedRule('loss 2% burst 2', RADIO_LOSS),
    sourcedRule('rate 120kbps queue 1s', assumed('chosen: half of the 236.8 kbit/s of four EDGE slots')),
  ],
});
