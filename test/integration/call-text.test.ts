import { createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openEchoServer, startTextFlow } from '../../src/call/text-flow.ts';
import { machineClock } from '../../src/path/relay-clock.ts';
import { openHandles } from '../support/call.ts';

const TEXT = { intervalMs: 20, sizeBytes: 50 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function listen(server: Server): Promise<{ address: string; port: number }> {
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return { address: '127.0.0.1', port: bound.port };
}

describe('texts over TCP', () => {
  it('are echoed and timed by the far end', async () => {
    const echo = await openEchoServer('127.0.0.1');
    const flow = startTextFlow(echo.endpoint, TEXT, 1000, machineClock);
    expect(await flow.decided).toBe('echoed');
    await pause(150);
    const record = await flow.stop(null);
    expect(record.failure).toBeNull();
    expect(record.echoed).toBe(record.sent);
    expect(record.echoed).toBeGreaterThan(3);
    await echo.close();
    expect(await openHandles()).toEqual([]);
  });

  it('are refused where nobody listens', async () => {
    const server = createServer();
    const nowhere = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const flow = startTextFlow(nowhere, TEXT, 1000, machineClock);
    expect(await flow.decided).toBe('broken');
    expect((await flow.stop(null)).failure?.code).toBe('text-refused');
  });

  it('tell of a connection closed from outside, and keep what came before', async () => {
    const server = createServer((socket) => {
      socket.pipe(socket);
      setTimeout(() => socket.destroy(), 100);
    });
    const flow = startTextFlow(await listen(server), TEXT, 1000, machineClock);
    expect(await flow.decided).toBe('echoed');
    await pause(200);
    const record = await flow.stop(null);
    expect(record.failure?.code).toBe('text-closed');
    expect(record.echoed).toBeGreaterThan(1);
    server.close();
    expect(await openHandles()).toEqual([]);
  });

  it('go unanswered by a far end that only listens', async () => {
    const server = createServer((socket) => socket.resume());
    const flow = startTextFlow(await listen(server), TEXT, 1000, machineClock);
    await pause(100);
    const record = await flow.stop(null);
    expect(record).toMatchObject({ echoed: 0, failure: { code: 'text-timeout' } });
    expect(record.sent).toBeGreaterThan(2);
    server.close();
  });

  it.each([
    [1000, 'interrupted'],
    [50, 'text-timeout'],
  ] as const)('with %i ms to come back in, cut short after 100 ms, are %s', async (textMs, code) => {
    const server = createServer((socket) => socket.resume());
    const flow = startTextFlow(await listen(server), TEXT, textMs, machineClock);
    await pause(100);
    expect((await flow.stop('interrupted')).failure?.code).toBe(code);
    server.close();
  });
});
