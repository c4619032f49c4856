import { describe, expect, it } from 'vitest';
import { oneLine } from '../../../src/call/engines/one-line.ts';

describe('what an engine said, in one line', () => {
  it.each<[unknown, string]>([
    [new Error('page.evaluate: Target crashed\nCall log:\n  - more'), 'page.evaluate: Target crashed'],
    ['\n#\n#\n# Fatal error in: ../../a/rtc.cc, line 3\n# Check failed', '# Fatal error in: rtc.cc, line 3'],
    ["Cannot find module '/home/someone/app/node_modules/x/index.js'", "Cannot find module 'index.js'"],
    ['at (file:///srv/app/a.js:3:4)', 'at (a.js:3:4)'],
    ['C:\\Users\\someone\\chrome.exe is gone', 'chrome.exe is gone'],
    ['', ''],
  ])('%j is %j', (said, line) => {
    expect(oneLine(said)).toBe(line);
  });

  it('is short', () => {
    expect(oneLine('x'.repeat(5_000))).toHaveLength(200);
  });
});
