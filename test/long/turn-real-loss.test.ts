import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measuredValue } from '../../src/core/measurement.ts';
import { DIRECTIONS } from '../../src/core/packet.ts';
import type { DirectionReport } from '../../src/core/report.ts';
import { parseReport } from '../../src/report/parse.ts';
import { type Coturn, hasCoturn, NO_COTURN, startCoturn, turnUri } from '../support/coturn.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { noLossyLink, openLossyLink } from '../support/lossy-link.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const speech = writeSpeech(folder.path, 'speech.wav', bundledSpeech('en-female', 9));
const short = writeSpeech(folder.path, 'short.wav', bundledSpeech('en-female', 2.5));
const DROPPED_PERCENT = 10;
/** Two-sided, of the normal distribution, at 99 %. */
const Z_99 = 2.576;

describe('a call over a relay behind a link that drops packets', () => {
  it('reports the share that the link dropped, each way', async (context) => {
    const reason = hasCoturn() ? noLossyLink() : NO_COTURN;
    if (reason !== null) return context.skip(reason);
    const link = openLossyLink(DROPPED_PERCENT);
    let relay: Coturn | null = null;
    try {
      relay = await startCoturn({ address: link.innerAddress, namespace: link.namespace });
      const flags = ['--turn', turnUri(relay, 'udp'), '--interface', link.outerInterface, '--reference', speech, '--json'];
      const { stdout } = await callprobe(['run', ...flags, '-o', join(folder.path, 'run')], { environment: relay.environment });
      const report = parseReport(stdout, 'stdout');
      const { arrived, dropped } = link.counts();
      const directions = DIRECTIONS.map((direction) => report.directions[direction] as DirectionReport);
      const sent = directions.map(({ network }) => measuredValue(network?.packetsSent) ?? Number.NaN);
      const lost = directions.map(({ network }, index) => (measuredValue(network?.lossRatio) ?? Number.NaN) * (sent[index] as number));

      // The link dropped what it dropped: both directions together, counted by the kernel, are what the report says was lost.
      expect(arrived).toBe((sent[0] as number) + (sent[1] as number));
      expect(Math.round((lost[0] as number) + (lost[1] as number))).toBe(dropped);
      // And each direction's share lies where 10 % dropped at random may leave it.
      const share = dropped / arrived;
      for (const [index, count] of sent.entries()) {
        expect(Math.abs((lost[index] as number) / count - share)).toBeLessThan(Z_99 * Math.sqrt((share * (1 - share)) / count));
      }
      // What was lost was lost out there: our own relay sent everything on.
      for (const { network } of directions) expect(network?.relay.rtp?.dropped).toBe(0);
      expect(report.verdict.summary).toMatch(/^Over a TURN relay \(udp\), /);
      expect(report.path).toMatchObject({ kind: 'turn', route: { links: { caller: link.outerInterface, callee: link.outerInterface } } });
      expect(JSON.stringify(report)).not.toContain('198.18.');
    } finally {
      await relay?.kill();
      link.remove();
    }
  });
});

/** A TCP forwarder that can cut what goes through it and take new connections all the same. */
async function openForwarder(relay: Coturn): Promise<{ readonly server: Server; readonly port: number; cut(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: relay.address, port: relay.port });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return {
    server,
    port: bound.port,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe('a call whose connection to the relay is cut', () => {
  it('is dropped, and not the relay blamed, when the relay takes a new connection', async (context) => {
    if (!hasCoturn()) return context.skip(NO_COTURN);
    const relay = await startCoturn();
    const forwarder = await openForwarder(relay);
    try {
      const flags = [
        '--turn',
        `turn:127.0.0.1:${forwarder.port}?transport=tcp`,
        '--reference',
        speech,
        '--json',
        '-o',
        join(folder.path, 'cut'),
      ];
      const calling = callprobe(['run', ...flags], { environment: relay.environment });
      await new Promise((resolve) => setTimeout(resolve, 5000));
      forwarder.cut();
      const { stdout, status } = await calling;
      const report = parseReport(stdout, 'stdout');
      expect(report.phases.find(({ id }) => id === 'sustainedMedia')?.failure?.code).toBe('turn-cut');
      expect(report.verdict.diagnosis, report.verdict.summary).toBe('call-dropped');
      expect(status).toBe(1);
    } finally {
      forwarder.cut();
      forwarder.server.close();
      await relay.kill();
    }
  });
});

describe('a call over a relay', () => {
  it.for([
    ['with IPv6 alone', { address: '::1' }],
    ['that wants no credentials', { address: '127.0.0.1', open: true }],
  ] as const)('%s completes', async ([name, options], context) => {
    if (!hasCoturn()) return context.skip(NO_COTURN);
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    if (!own.some(({ address }) => address === options.address)) return context.skip(`needs ${options.address}`);
    const relay = await startCoturn(options);
    try {
      const flags = ['--turn', turnUri(relay, 'udp'), '--reference', short, '--json', '-o', join(folder.path, name)];
      const { stdout } = await callprobe(['run', ...flags], { environment: relay.environment });
      const { phases } = parseReport(stdout, 'stdout');
      expect(phases.slice(1, 7).map(({ id, status }) => `${id} ${status}`)).toEqual(
        ['reaching', 'allocating', 'gathering', 'ice', 'dtls', 'firstMedia'].map((id) => `${id} ok`),
      );
    } finally {
      await relay.kill();
    }
  });
});
