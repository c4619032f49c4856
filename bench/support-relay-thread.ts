import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type BenchRelay, type BenchRelayOptions, openBenchRelay } from './support-relay.ts';

/** Opens a relay on a thread of its own. */
export async function openRelayThread(options: BenchRelayOptions): Promise<BenchRelay> {
  const thread = new Worker(new URL('./support-relay-thread.js', import.meta.url), { workerData: options });
  const [port] = (await once(thread, 'message')) as [number];
  return {
    port,
    async errorsMs() {
      thread.postMessage('errors');
      const [errors] = (await once(thread, 'message')) as [Float64Array];
      return errors;
    },
    async close() {
      await thread.terminate();
    },
  };
}

if (!isMainThread && parentPort !== null && workerData !== null && 'wakes' in workerData) {
  const port = parentPort;
  const relay = await openBenchRelay(workerData as BenchRelayOptions);
  port.on('message', () => void relay.errorsMs().then((errors) => port.postMessage(errors)));
  port.postMessage(relay.port);
}
