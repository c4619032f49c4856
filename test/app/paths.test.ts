import { describe, expect, it } from 'vitest';
import { listBuiltInPaths, pathKind } from '../../src/app/paths.ts';

describe('what --path is given', () => {
  it.each([
    ['clear', 'name'],
    ['g1050-a', 'name'],
    ['freeze', 'name'],
    ['any freeze', 'inline'],
    ['my.json', 'file'],
    ['./rules/cafe', 'file'],
    ['/with space/cafe.json', 'file'],
    ['C:\\paths\\cafe.JSON', 'file'],
    ['loss 10%', 'inline'],
    ['blackhole', 'inline'],
    ['after 5s:freeze', 'inline'],
    ['rate 64kbit/s queue 1s', 'inline'],
    ['loss trace a.json', 'inline'],
    ['delay 5ms; loss trace dir/a.json', 'inline'],
  ] as const)('"%s" is a path by %s', (spec, kind) => {
    expect(pathKind(spec)).toBe(kind);
  });

  it('is a name for the name of every built-in path', () => {
    for (const { name } of listBuiltInPaths()) expect(pathKind(name)).toBe('name');
  });
});
