import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const PAYLOAD_BYTES = 90;
const LOOPBACK = '127.0.0.1';
/** How long after the last packet one may still come. */
const PATIENCE_MS = 300;

export interface Sending {
  readonly toPort: number;
  /** Sends at this rate, or, with `window`, as fast as packets come back, so many under way at once: then no buffer of the kernel is the limit. */
  readonly packetsPerSecond?: number;
  readonly window?: number;
  readonly packets: number;
}
export interface Heard {
  readonly heard: number;
  readonly seconds: number;
  /** From sending to hearing, ms, of every packet heard, sorted. */
  readonly delaysMs: Float64Array;
}

/** Both peers of a relay: one that sends and one that hears. */
export interface Traffic {
  readonly callerPort: number;
  readonly calleePort: number;
  send(sending: Sending): Promise<Heard>;
  close(): Promise<void>;
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024, sendBufferSize: 4 * 1024 * 1024 });
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return socket;
}

/** Peers on the calling thread. */
export async function openTraffic(): Promise<Traffic> {
  const caller = await openSocket();
  const callee = await openSocket();
  const send = async ({ toPort, packetsPerSecond, window, packets }: Sending): Promise<Heard> => {
    const sentMs = new Float64Array(packets);
    const delaysMs: number[] = [];
    const startMs = performance.now();
    let sent = 0;
    let lastMs = startMs;
    const mayBeSent = (): number => {
      if (window !== undefined) return Math.min(packets, delaysMs.length + window);
      return Math.min(packets, Math.floor(((performance.now() - startMs) * (packetsPerSecond ?? 1)) / 1000) + 1);
    };
    const go = (): void => {
      for (const until = mayBeSent(); sent < until; sent++) {
        const packet = Buffer.alloc(PAYLOAD_BYTES);
        packet[0] = 0x80;
        packet[1] = 111;
        packet.writeUInt32BE(sent, 4);
        sentMs[sent] = performance.now();
        caller.send(packet, toPort, LOOPBACK);
      }
      if (sent < packets && window === undefined) setTimeout(go, 1);
    };
    await new Promise<void>((resolve) => {
      const patience = setInterval(() => {
        if (performance.now() - lastMs < PATIENCE_MS) return;
        clearInterval(patience);
        callee.off('message', hear);
        resolve();
      }, PATIENCE_MS);
      const hear = (packet: Buffer): void => {
        lastMs = performance.now();
        delaysMs.push(lastMs - (sentMs[packet.readUInt32BE(4)] as number));
        if (window !== undefined) go();
      };
      callee.on('message', hear);
      go();
    });
    return { heard: delaysMs.length, seconds: (lastMs - startMs) / 1000, delaysMs: Float64Array.from(delaysMs).sort() };
  };
  return {
    callerPort: caller.address().port,
    calleePort: callee.address().port,
    send,
    close() {
      caller.close();
      callee.close();
      return Promise.resolve();
    },
  };
}

/** Peers on a thread of their own. */
export async function openTrafficThread(): Promise<Traffic> {
  const thread = new Worker(new URL('./support-relay-traffic.js', import.meta.url), { workerData: 'traffic' });
  const [ports] = (await once(thread, 'message')) as [Pick<Traffic, 'callerPort' | 'calleePort'>];
  return {
    ...ports,
    async send(sending) {
      thread.postMessage(sending);
      const [heard] = (await once(thread, 'message')) as [Heard];
      return heard;
    },
    async close() {
      await thread.terminate();
    },
  };
}

if (!isMainThread && parentPort !== null && workerData === 'traffic') {
  const port = parentPort;
  const { callerPort, calleePort, send } = await openTraffic();
  port.on('message', (sending: Sending) => void send(sending).then((heard) => port.postMessage(heard)));
  port.postMessage({ callerPort, calleePort });
}
