import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../src/call/turn/allocation.ts';
import { createRelayWatch, type RelayWatch } from '../../src/call/turn/relay-watch.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

interface Scene {
  readonly clock: VirtualClock;
  readonly watch: RelayWatch;
  asked: number;
  /** Runs on, a step at a time, so that promises settle in between. */
  run(ms: number, each?: () => void): Promise<void>;
}

/** A watch over a relay that answers questions, and new connections, like this. */
function scene(answer: 'kept' | 'forgotten' | 'silent', anew: 'answers' | 'silent'): Scene {
  const clock = new VirtualClock();
  const watch = createRelayWatch(clock);
  const made: Scene = {
    clock,
    watch,
    asked: 0,
    async run(ms, each = () => undefined) {
      const untilMs = clock.now() + ms;
      while (clock.now() < untilMs) {
        each();
        clock.advanceTo(clock.now() + 100);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      }
    },
  };
  const allocation = (side: 'caller' | 'callee'): Allocation =>
    ({
      async refresh() {
        made.asked++;
        if (answer === 'kept') watch.eventsOf(side).onSignOfLife();
        return answer;
      },
    }) as unknown as Allocation;
  watch.start({ caller: allocation('caller'), callee: allocation('callee') }, async () => anew);
  return made;
}

describe('the watch over the ways to a relay', () => {
  it('asks nothing while packets come, and finds nothing', async () => {
    const { watch, run, ...rest } = scene('silent', 'silent');
    await run(20_000, () => {
      watch.eventsOf('caller').onSignOfLife();
      watch.eventsOf('callee').onSignOfLife();
    });
    expect(watch.failure()).toBeNull();
    expect(rest.asked).toBe(0);
  });

  it('bears a silent call as long as the relay answers', async () => {
    const { watch, run } = scene('kept', 'silent');
    await run(60_000);
    expect(watch.failure()).toBeNull();
    expect(await watch.settle()).toBeNull();
  });

  it('finds the relay lost within 9 s of its last sign of life', async () => {
    const { watch, run } = scene('silent', 'silent');
    await run(6_500);
    expect(watch.failure()).toBeNull();
    await run(2_500);
    expect(watch.failure()?.code).toBe('turn-lost');
    expect(await watch.broken).toEqual(watch.failure());
  });

  it('does not bear one side alone that hears nothing', async () => {
    const { watch, run } = scene('silent', 'silent');
    await run(9_000, () => watch.eventsOf('caller').onSignOfLife());
    expect(watch.failure()?.message).toContain("callee's side");
  });

  it('is sooner when nobody listens there any more, unless something comes after all', async () => {
    const refused = scene('silent', 'silent');
    await refused.run(4_000, refused.watch.eventsOf('caller').onRefused);
    expect(refused.watch.failure()?.code).toBe('turn-lost');
    const recovered = scene('kept', 'silent');
    recovered.watch.eventsOf('caller').onRefused();
    await recovered.run(10_000);
    expect(recovered.watch.failure()).toBeNull();
  });

  it('tells one connection that was cut from a relay that is gone', async () => {
    const cut = scene('silent', 'answers');
    cut.watch.eventsOf('callee').onEnded();
    await cut.run(200);
    expect(cut.watch.failure()?.code).toBe('turn-cut');
    const gone = scene('silent', 'silent');
    gone.watch.eventsOf('callee').onEnded();
    await gone.run(200);
    expect(gone.watch.failure()?.code).toBe('turn-lost');
  });

  it('takes a relay that has been started anew for lost', async () => {
    const { watch, run } = scene('forgotten', 'answers');
    await run(3_500);
    expect(watch.failure()).toMatchObject({ code: 'turn-lost', message: expect.stringContaining('no longer knows') });
  });

  it('finds out at once when the call has ended badly', async () => {
    const { watch, run } = scene('silent', 'silent');
    await run(1_500);
    expect((await watch.settle())?.code).toBe('turn-lost');
  });
});
