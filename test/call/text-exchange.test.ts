import { describe, expect, it } from 'vitest';
import { startTextExchange, type TextExchange } from '../../src/call/text-exchange.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

/** An exchange whose far end echoes after `echoMs(number of the text)`, or never for null. */
function exchangeWith(echoMs: (number: number) => number | null, sizeBytes = 40) {
  const clock = new VirtualClock();
  const texts: Uint8Array[] = [];
  let exchange: TextExchange | null = null;
  exchange = startTextExchange({
    clock,
    intervalMs: 100,
    sizeBytes,
    textMs: 500,
    send(text) {
      const after = echoMs(texts.push(text) - 1);
      if (after !== null) clock.schedule(clock.now() + after, () => exchange?.receive(text));
      return true;
    },
  });
  return { clock, texts, exchange };
}

describe('an exchange of texts', () => {
  it('sends a text of the size asked for at every interval and times its echo', () => {
    const { clock, texts, exchange } = exchangeWith((number) => 30 + number);
    clock.advanceTo(450);
    exchange.stopSending();
    clock.advanceTo(10_000);
    expect(texts.map((text) => text.length)).toEqual([40, 40, 40, 40, 40]);
    expect(new Set(texts.map((text) => Buffer.from(text).toString())).size).toBe(5);
    expect(exchange.counts()).toEqual({ sent: 5, echoed: 5, roundTripSeconds: [0.03, 0.031, 0.032, 0.033, 0.034] });
    expect(exchange.isAnswered()).toBe(true);
  });

  it('takes echoes in whatever pieces the stream brings them', () => {
    const clock = new VirtualClock();
    const texts: Uint8Array[] = [];
    const exchange = startTextExchange({ clock, intervalMs: 100, sizeBytes: 40, textMs: 500, send: (text) => texts.push(text) > 0 });
    clock.advanceTo(250);
    const stream = Buffer.concat(texts);
    for (let at = 0; at < stream.length; at += 7) exchange.receive(stream.subarray(at, at + 7));
    expect(exchange.counts()).toEqual({ sent: 3, echoed: 3, roundTripSeconds: [0.25, 0.15, 0.05] });
  });

  it('counts an echo that is too late as none, and a doubled one once', () => {
    const { clock, texts, exchange } = exchangeWith((number) => (number === 0 ? 501 : 10));
    clock.advanceTo(150);
    exchange.stopSending();
    exchange.receive(texts[1] as Uint8Array);
    clock.advanceTo(10_000);
    expect(exchange.counts()).toEqual({ sent: 2, echoed: 1, roundTripSeconds: [0.01] });
  });

  it('does not count a text whose time is not up, as long as others came back', () => {
    const { clock, exchange } = exchangeWith((number) => (number < 3 ? 10 : null));
    clock.advanceTo(650);
    // Texts 3 to 6 went unanswered; only the first of them has had its 500 ms by 800.
    exchange.stopSending();
    clock.advanceTo(800);
    expect(exchange.counts()).toMatchObject({ sent: 4, echoed: 3 });
  });

  it('counts every text when none came back', () => {
    const { clock, exchange } = exchangeWith(() => null);
    clock.advanceTo(250);
    expect(exchange.counts()).toEqual({ sent: 3, echoed: 0, roundTripSeconds: [] });
  });

  it('does not count what could not be sent', () => {
    const clock = new VirtualClock();
    const exchange = startTextExchange({ clock, intervalMs: 100, sizeBytes: 40, textMs: 500, send: () => clock.now() >= 200 });
    expect(exchange.firstSentMs()).toBeNull();
    clock.advanceTo(350);
    expect(exchange.counts().sent).toBe(2);
    expect(exchange.firstSentMs()).toBe(200);
  });

  it('ignores bytes that are no text of its own', () => {
    const { exchange } = exchangeWith(() => null);
    exchange.receive(Buffer.from('x'.repeat(400)));
    expect(exchange.counts().echoed).toBe(0);
  });
});
