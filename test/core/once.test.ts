import { expect, test } from 'vitest';
import { once, onceEach } from '../../src/core/once.ts';

test('a value is computed at its first use, and then kept, even where it is undefined', () => {
  let times = 0;
  const value = once(() => {
    times++;
  });
  expect(times).toBe(0);
  value();
  value();
  expect(times).toBe(1);
});

test('each argument has a value of its own', () => {
  const asked: number[] = [];
  const square = onceEach((x: number) => {
    asked.push(x);
    return x * x;
  });
  expect([square(3), square(4), square(3)]).toEqual([9, 16, 9]);
  expect(asked).toEqual([3, 4]);
});
