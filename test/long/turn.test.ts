import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measuredValue } from '../../src/core/measurement.ts';
import { DIRECTIONS } from '../../src/core/packet.ts';
import type { Report } from '../../src/core/report.ts';
import { parseReport } from '../../src/report/parse.ts';
import { callPlan, openHandles, pathRule, phaseSummary, runCall } from '../support/call.ts';
import { type Coturn, hasCoturn, NO_COTURN, startCoturn, TURN_PASSWORD, TURN_USER, turnUri } from '../support/coturn.ts';
import { callprobe, type Execution, temporaryFolder } from '../support/exec.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const short = writeSpeech(folder.path, 'short.wav', bundledSpeech('en-female', 4.5));
const long = writeSpeech(folder.path, 'long.wav', bundledSpeech('en-female', 9));

const CONNECTED = ['reaching', 'allocating', 'gathering', 'ice', 'dtls', 'firstMedia', 'sustainedMedia'].map((id) => `${id} ok`);
const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;
/** What a relay that fails in any way may take, seconds. */
const PATIENCE_SECONDS = 15;

interface RelayRun extends Execution {
  readonly report: Report;
  /** Everything the run wrote, but recordings and packets. */
  readonly written: string;
}

let runs = 0;
/** A call with `callprobe run --turn URI`. */
async function call(uri: string, environment: Coturn['environment'], args: readonly string[] = [], speech = short): Promise<RelayRun> {
  const output = join(folder.path, `run-${++runs}`);
  const flags = ['--turn', uri, '--reference', speech, '--seed', '5', '--json', '-o', output, ...args];
  const execution = await callprobe(['run', ...flags], { environment });
  const written = ['report.json', 'call.json'].map((name) => readFileSync(join(output, name), 'utf8')).join('') + execution.stderr;
  return { ...execution, report: parseReport(execution.stdout, 'stdout'), written };
}

const summary = ({ phases }: Report): string[] => phases.map(({ id, status, failure }) => `${id} ${failure?.code ?? status}`);
const insecurely = (transport: string): string[] => (transport === 'tls' ? ['--turn-insecure'] : []);
const lossOf = (report: Report): number[] =>
  DIRECTIONS.map((direction) => measuredValue(report.directions[direction]?.network?.lossRatio) ?? Number.NaN);
const hintOf = (report: Report, code: string): string => report.warnings.find((warning) => warning.code === code)?.hint ?? '';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it.runIf(!hasCoturn())('a call over a TURN relay is not tested here', (context) => context.skip(NO_COTURN));

describe.skipIf(!hasCoturn())('a call over a TURN relay', () => {
  let relay: Coturn;
  beforeAll(async () => {
    relay = await startCoturn();
  });
  afterAll(() => relay?.kill());

  it.each(TRANSPORTS)('over %s completes, is scored, and names neither addresses nor credentials', async (transport) => {
    const { report, status, written } = await call(turnUri(relay, transport), relay.environment, insecurely(transport));
    expect(summary(report)).toEqual(['resolving skipped', ...CONNECTED, 'text skipped']);
    expect(lossOf(report)).toEqual([0, 0]);
    for (const direction of DIRECTIONS) {
      expect(measuredValue(report.directions[direction]?.scores.mosLqo.measurement)).toBeGreaterThanOrEqual(4);
    }
    expect(report.path).toMatchObject({
      kind: 'turn',
      rules: [],
      route: { transport, server: null, links: { caller: null, callee: null } },
    });
    expect(report.verdict.summary).toMatch(new RegExp(`^Over a TURN relay \\(${transport}\\), both voices arrive clear`));
    expect(report.flows?.text.status).toBe('not-tested');
    expect(report.flows?.dataChannel.status).toBe('ok');
    expect(status, report.verdict.summary).toBe(0);
    for (const secret of [TURN_USER, TURN_PASSWORD, relay.address, String(relay.port), 'emulated path']) {
      expect(written.includes(secret), secret).toBe(false);
    }
  });

  it.each(TRANSPORTS)('over %s is scored with 10 % loss added, which its verdict names', async (transport) => {
    const { report } = await call(turnUri(relay, transport), relay.environment, ['--path', 'loss 10%', ...insecurely(transport)]);
    expect(summary(report)).toEqual(['resolving skipped', ...CONNECTED, 'text skipped']);
    expect(report.verdict.summary).toMatch(/^Over a TURN relay \(\w+\) with the emulated path "loss 10%" added, /);
    for (const direction of DIRECTIONS) {
      const { network, scores } = report.directions[direction] ?? {};
      const dropped = network?.relay.rtp?.dropped ?? 0;
      expect(dropped).toBeGreaterThan(0);
      expect(measuredValue(network?.lossRatio)).toBeCloseTo(dropped / (measuredValue(network?.packetsSent) ?? 0), 6);
      expect(scores?.mosLqo.measurement.status).toBe('ok');
    }
  });

  it('loses of 10 % loss added to everything exactly what the rule dropped, over every transport', async () => {
    const rule = pathRule({ match: 'any', direction: 'both', action: { kind: 'bernoulli-loss', lossRatio: 0.1 } });
    const records = await Promise.all(
      TRANSPORTS.map(async (transport) => {
        const route = { kind: 'turn', transport, certificateChecked: null, server: null, links: { caller: null, callee: null } } as const;
        const access = {
          host: relay.address,
          port: transport === 'tls' ? relay.tlsPort : relay.port,
          transport,
          insecure: true,
          username: TURN_USER,
          password: TURN_PASSWORD,
          localAddresses: { caller: null, callee: null },
        };
        return (await runCall({ ...callPlan([rule], { connectMs: 15_000 }), route }, 4, undefined, access)).record;
      }),
    );
    for (const record of records) {
      expect(phaseSummary(record).slice(1, -1)).toEqual(CONNECTED);
      expect(record.relayIpVersion).toBe(4);
      for (const direction of DIRECTIONS) {
        const rtp = record.fates.filter((fate) => fate.direction === direction && fate.packetClass === 'rtp');
        const through = rtp.filter(({ fate }) => fate === 'delivered').map(({ sequenceNumber }) => sequenceNumber);
        expect(through.length).toBeLessThan(rtp.length);
        expect(record.directions[direction].arrivals.map(({ sequenceNumber }) => sequenceNumber)).toEqual(through);
      }
    }
    expect(await openHandles()).toEqual([]);
  });

  it('sends from the link asked for and names it, and the relay where that is asked for', async () => {
    const bound = await call(turnUri(relay, 'udp'), relay.environment, ['--interface', 'lo', '--show-addresses']);
    expect(summary(bound.report).slice(0, 6)).toEqual(['resolving skipped', ...CONNECTED.slice(0, 5)]);
    const server = `${relay.address}:${relay.port}`;
    expect(bound.report.path).toMatchObject({ route: { server, links: { caller: 'lo', callee: 'lo' } } });
    expect(bound.report.requested).toMatchObject({ turn: turnUri(relay, 'udp') });
  });

  it('is refused a wrong password with the phase, a hint and exit code 2', async () => {
    const wrong = { ...relay.environment, CALLPROBE_TURN_PASSWORD: 'not-that-one' };
    for (const transport of TRANSPORTS) {
      const { report, status, seconds, written } = await call(turnUri(relay, transport), wrong, insecurely(transport));
      expect(summary(report).slice(0, 4)).toEqual(['resolving skipped', 'reaching ok', 'allocating turn-auth-failed', 'gathering skipped']);
      expect(report.verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
      expect(hintOf(report, 'turn-auth-failed')).toContain('CALLPROBE_TURN_PASSWORD');
      expect(status).toBe(2);
      expect(seconds).toBeLessThan(PATIENCE_SECONDS);
      expect(written).not.toContain('not-that-one');
    }
  });

  it('does not take a certificate that nobody vouches for, unless told to', async () => {
    const { report, status } = await call(turnUri(relay, 'tls'), relay.environment);
    expect(summary(report).slice(1, 3)).toEqual(['reaching turn-certificate-refused', 'allocating skipped']);
    expect(hintOf(report, 'turn-certificate-refused')).toContain('--turn-insecure');
    expect(status).toBe(3);
  });

  it.each(['udp', 'tcp'] as const)(
    'says of a relay that is killed in mid-call, over %s, that it was lost, and exits 3',
    async (transport) => {
      const doomed = await startCoturn();
      const calling = call(turnUri(doomed, transport), doomed.environment, [], long);
      await pause(5000);
      await doomed.kill();
      const killedMs = performance.now();
      const { report, status } = await calling;
      expect((performance.now() - killedMs) / 1000).toBeLessThan(PATIENCE_SECONDS);
      expect(summary(report).slice(1, -1)).toEqual([...CONNECTED.slice(0, -1), 'sustainedMedia turn-lost']);
      expect(report.verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
      expect(report.verdict.summary).toMatch(/the relay was lost after .* cannot be told/);
      expect(hintOf(report, 'turn-lost')).not.toBe('');
      expect(report.directions.up?.network?.packetsReceived.status).toBe('ok');
      expect(status).toBe(3);
    },
  );

  it('notices a relay that only falls silent', async () => {
    const doomed = await startCoturn();
    const calling = call(
      turnUri(doomed, 'udp'),
      doomed.environment,
      [],
      writeSpeech(folder.path, 'twice.wav', bundledSpeech('en-male', 18)),
    );
    await pause(4000);
    doomed.freeze();
    const frozenMs = performance.now();
    const { report, status } = await calling;
    expect((performance.now() - frozenMs) / 1000).toBeLessThan(PATIENCE_SECONDS);
    expect(summary(report).at(-2)).toBe('sustainedMedia turn-lost');
    expect(status).toBe(3);
    await doomed.kill();
  });
});

describe('a call over a TURN relay that is not there', () => {
  const environment = { CALLPROBE_TURN_USER: 'nobody', CALLPROBE_TURN_PASSWORD: 'nothing' };

  it.each(['turn:127.0.0.1:9', 'turn:127.0.0.1:9?transport=tcp', 'turns:127.0.0.1:9'])(
    '%s ends as unreachable, with exit code 3',
    async (uri) => {
      const { report, status, seconds } = await call(uri, environment);
      expect(summary(report).slice(0, 4)).toEqual([
        'resolving skipped',
        'reaching turn-unreachable',
        'allocating skipped',
        'gathering skipped',
      ]);
      expect(report.verdict.outcome).toBe('inconclusive');
      expect(report.verdict.summary).toContain('whether it is down or the network keeps it away cannot be told');
      expect(hintOf(report, 'turn-unreachable')).toContain('turns:');
      expect(status).toBe(3);
      expect(seconds).toBeLessThan(PATIENCE_SECONDS);
    },
  );

  it('ends as not found when its name cannot be looked up', async () => {
    // A label of 64 letters is no name (RFC 1035): the resolver says so by itself, and asks nobody.
    const { report, status, seconds } = await call(`turn:${'x'.repeat(64)}.invalid`, environment);
    expect(summary(report).slice(0, 2)).toEqual(['resolving turn-resolve-failed', 'reaching skipped']);
    expect(hintOf(report, 'turn-resolve-failed')).toContain('--turn');
    expect(status).toBe(3);
    expect(seconds).toBeLessThan(PATIENCE_SECONDS);
  });
});
