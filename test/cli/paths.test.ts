import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BuiltInPath, listBuiltInPaths } from '../../src/app/paths.ts';
import type { PathProfile } from '../../src/core/path-profile.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { type Schema, schemaErrors } from '../support/json-schema.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};
const SCHEMA = JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/path.schema.json'), 'utf8')) as Schema;
const EXAMPLE = 'loss 10% burst 3; delay 80ms jitter 20ms; up rate 64kbps queue 200ms; after 5s: up loss 45%';

describe('callprobe paths list', () => {
  it('names every path under its group, with what to expect, within 80 columns', async () => {
    const { stdout, status } = await callprobe(['paths', 'list']);
    expect(status).toBe(0);
    const places = ['Everyday networks', 'Restrictions', 'Controls'].map((heading) => stdout.indexOf(heading));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBe(0);
    for (const { name } of listBuiltInPaths()) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    expect(stdout.match(/Expect: /g)).toHaveLength(listBuiltInPaths().length);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('gives the same as JSON, with groups and expectations', async () => {
    const { stdout } = await callprobe(['paths', 'list', '--json']);
    expect(JSON.parse(stdout)).toEqual(listBuiltInPaths() as readonly BuiltInPath[]);
  });
});

describe('callprobe paths show', () => {
  it('prints a rule file as JSON, which check takes and --path would', async () => {
    const { stdout } = await callprobe(['paths', 'show', 'gulf', '--json']);
    expect(schemaErrors(JSON.parse(stdout), SCHEMA)).toEqual([]);
    const checked = await callprobe(['paths', 'check', file('gulf.json', stdout), '--json']);
    expect(checked.status).toBe(0);
    expect((JSON.parse(checked.stdout) as PathProfile).rules).toEqual((JSON.parse(stdout) as PathProfile).rules);
  });
});

describe('callprobe paths check', () => {
  it('explains a path in words, rule by rule, and prints it back in its one form', async () => {
    const { stdout, stderr, status } = await callprobe(['paths', 'check', EXAMPLE]);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('1. lose 10 % in bursts');
    expect(stdout).toContain('2. delay by 80 ms, give or take 20 ms (uniform), keeping order');
    expect(stdout).toContain('3. pass 64 kbit/s with a queue of 200 ms: every packet, caller to callee');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('4. lose 45 % at random: every packet, caller to callee, after 5.0 s from the start');
    expect(stdout).toContain('requested, given with --path');
    expect(stdout).not.toContain('assumed');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`--path "${EXAMPLE.replace('jitter 20ms', 'jitter 20ms uniform')}"`);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('reads the trace a rule names, and keeps it in the path', async () => {
    const trace = file('trace.txt', '0\n0\n1\n1\n0\n');
    const { stdout, stderr } = await callprobe(['paths', 'check', `up loss trace ${trace} once`, '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ text: 'up loss trace 00110 once', basis: 'requested' });
  });

  it('makes a hostile name harmless', async () => {
    const hostile = JSON.stringify({ name: '\u001b[2Jcalm\u202e', rules: [{ action: { kind: 'freeze' } }] });
    const { stdout } = await callprobe(['paths', 'check', file('hostile.json', hostile)]);
    expect(stdout).toContain('\\u{1b}[2Jcalm\\u{202e}');
    expect(stdout).not.toContain('\u001b');
  });

  it.concurrent.each<[string, string, RegExp]>([
    ['a rule cut short', 'up loss', /^callprobe: path, column 8: /],
    ['a word misspelt', 'loss 10% brst 3', /column 10: "brst"[\s\S]+did you mean "burst"/],
    ['a name there is not', 'congestd', /no path named "congestd"[\s\S]+"congested"/],
    ['a file there is not', join(folder.path, 'nowhere.json'), /there is no file/],
    ['a folder', `${folder.path}/`, /is not a file/],
    ['a file that is no JSON', file('no.json', '{\n  "rules": [\n}\n'), /no\.json, line 3, column 1: this is not JSON/],
    [
      'a file with an unknown key',
      file('key.json', '{\n "rules": [{"action": {"kind": "freeze"},\n "dir": "up"}]}'),
      /key\.json, line 3, column 2: .*"dir"/,
    ],
    [
      'a number out of range',
      file('range.json', '{"rules":[{"action":\n{"kind":"delay","delayMs":-1}}]}'),
      /line 2, column 27: rules\[0\]\.action\.delayMs is -1/,
    ],
    ['a file of bytes that are no text', file('bytes.json', ''), /line 1, column 1: /],
    ['a file too large', file('large.json', ' '.repeat(1024 * 1024 + 1)), /larger than 1 MiB/],
    ['a trace that is none', `loss trace ${file('trace.csv', '0,1,2')}`, /is not a trace of packets/],
    ['nothing', '', /.+/],
  ])('refuses %s: one message with a hint, exit 2, nothing on stdout', async (_, spec, message) => {
    const { stdout, stderr, status } = await callprobe(['paths', 'check', spec]);
    expect(status, stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^callprobe: .+\n {2}.+\n$/);
    expect(stderr).toMatch(message);
  });

  it.each([[['paths', 'check', '--help']], [['paths', '--help']], [['paths', 'show', 'freeze']], [['run', '--help']]])(
    '%s keeps within 80 columns',
    async (args) => {
      const { stdout } = await callprobe(args);
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    },
  );
});
