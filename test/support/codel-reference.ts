interface Waiting {
  readonly index: number;
  readonly cameMs: number;
}

/**
 * Which packets of equal size CoDel drops, by the pseudocode of RFC 8289 section 5 over a real queue, one event after another: a check on the
 * implementation that must decide when a packet comes. The queue has no limit.
 */
export function codelReference(
  arrivalsMs: readonly number[],
  packetBytes: number,
  rateBps: number,
  { targetMs, intervalMs }: { readonly targetMs: number; readonly intervalMs: number },
): boolean[] {
  const dropped = arrivalsMs.map(() => false);
  const queue: Waiting[] = [];
  const sendMs = (8000 * packetBytes) / rateBps;
  let arrived = 0;
  let firstAboveMs = 0;
  let dropNextMs = 0;
  let count = 0;
  let lastCount = 0;
  let dropping = false;

  const enqueueUntil = (nowMs: number): void => {
    for (; arrived < arrivalsMs.length && (arrivalsMs[arrived] as number) <= nowMs; arrived++) {
      queue.push({ index: arrived, cameMs: arrivalsMs[arrived] as number });
    }
  };
  const doDequeue = (nowMs: number): { readonly packet: Waiting | undefined; readonly okToDrop: boolean } => {
    const packet = queue.shift();
    if (packet === undefined) {
      firstAboveMs = 0;
      return { packet, okToDrop: false };
    }
    if (nowMs - packet.cameMs < targetMs || queue.length * packetBytes <= packetBytes) {
      firstAboveMs = 0;
      return { packet, okToDrop: false };
    }
    if (firstAboveMs === 0) {
      firstAboveMs = nowMs + intervalMs;
      return { packet, okToDrop: false };
    }
    return { packet, okToDrop: nowMs >= firstAboveMs };
  };
  const drop = (packet: Waiting | undefined): void => {
    if (packet !== undefined) dropped[packet.index] = true;
  };
  const next = (fromMs: number): number => fromMs + intervalMs / Math.sqrt(count);
  const dequeue = (nowMs: number): Waiting | undefined => {
    let taken = doDequeue(nowMs);
    if (dropping) {
      if (!taken.okToDrop) dropping = false;
      while (dropping && nowMs >= dropNextMs) {
        drop(taken.packet);
        count++;
        taken = doDequeue(nowMs);
        if (taken.okToDrop) dropNextMs = next(dropNextMs);
        else dropping = false;
      }
    } else if (taken.okToDrop) {
      drop(taken.packet);
      taken = doDequeue(nowMs);
      dropping = true;
      const delta = count - lastCount;
      count = delta > 1 && nowMs - dropNextMs < 16 * intervalMs ? delta : 1;
      dropNextMs = next(nowMs);
      lastCount = count;
    }
    return taken.packet;
  };

  for (let nowMs = arrivalsMs[0] ?? 0; arrived < arrivalsMs.length || queue.length > 0; ) {
    enqueueUntil(nowMs);
    const packet = dequeue(nowMs);
    nowMs = packet === undefined ? Math.max(nowMs, arrivalsMs[arrived] ?? nowMs) : nowMs + sendMs;
  }
  return dropped;
}
