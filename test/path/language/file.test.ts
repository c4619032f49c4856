import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { createRng } from '../../../src/core/rng.ts';
import { readRuleFile } from '../../../src/path/language/check-file.ts';
import { listProfiles } from '../../../src/path/profiles.ts';
import { type Schema, schemaErrors } from '../../support/json-schema.ts';
import { damage, randomRules } from '../../support/random-paths.ts';

const SCHEMA = JSON.parse(readFileSync(join(import.meta.dirname, '../../../schema/path.schema.json'), 'utf8')) as Schema;

const errorOf = (text: string): UserError | null => {
  try {
    readRuleFile(text, 'my.json');
    return null;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
};
const withAction = (action: string): string => `{\n  "rules": [\n    { "match": ["rtp"],\n      "action": ${action} }\n  ]\n}`;

describe('a rule file', () => {
  it('gives back every rule that can be written, whatever its layout, and holds to its schema', () => {
    const rng = createRng(11);
    for (let i = 0; i < 500; i++) {
      const rules = randomRules(rng);
      const { rules: read } = readRuleFile(JSON.stringify({ name: 'mine', rules }, null, i % 3), 'my.json');
      expect(read.map(({ provenance: _, ...rule }) => rule)).toEqual(rules);
      expect(schemaErrors({ name: 'mine', rules }, SCHEMA)).toEqual([]);
    }
  });

  it('is what every built-in path is printed as', () => {
    for (const profile of listProfiles()) {
      const file = readRuleFile(JSON.stringify(profile, null, 2), 'my.json');
      expect(file.rules).toEqual(profile.rules);
      expect(file.summary).toBe(profile.summary);
      expect(schemaErrors(JSON.parse(JSON.stringify(profile)), SCHEMA)).toEqual([]);
    }
  });

  it('needs rules alone: what is left out is any packet, both ways', () => {
    const { name, rules } = readRuleFile('{"rules":[{"action":{"kind":"delay","delayMs":5}}]}', 'my.json');
    expect(name).toBeNull();
    expect(rules).toEqual([
      {
        match: 'any',
        direction: 'both',
        action: { kind: 'delay', delayMs: 5 },
        provenance: { delayMs: { basis: 'requested', source: 'given in my.json' } },
      },
    ]);
  });

  it('keeps the provenance it gives, and calls the other numbers requested', () => {
    const action =
      '{ "kind": "policer", "rateBps": 24000, "burstBytes": 2000 }, "provenance": { "rateBps": { "basis": "documented", "source": "me" } }';
    expect(readRuleFile(withAction(action), 'my.json').rules[0]?.provenance).toEqual({
      rateBps: { basis: 'documented', source: 'me' },
      burstBytes: { basis: 'requested', source: 'given in my.json' },
    });
  });
});

describe('a mistake in a rule file', () => {
  it.each([
    ['', 1, 1, 'expected a value', 'JSON'],
    ['{\n  "rules": [\n  ],\n}', 4, 1, 'expected a name', 'JSON'],
    ['{\n  "rules": [ { "action" { } } ]\n}', 2, 25, 'expected ":"', 'JSON'],
    ['{"rules": [1, 02]}', 1, 15, 'not a number', 'JSON'],
    ['{"rules": [], "rules": []}', 1, 15, 'second time', 'JSON'],
    ['{"rules": [1e999]}', 1, 12, 'too large', 'JSON'],
    ['{"rules": []} x', 1, 15, 'end of the file', 'JSON'],
    ['{"rules": "a\nb"}', 1, 11, 'not closed', 'JSON'],
    [`${'['.repeat(40)}`, 1, 34, 'too deeply', 'JSON'],
    ['[]', 1, 1, 'the file is a list', 'an object'],
    ['{}', 1, 1, 'no "rules"', 'add'],
    ['{\n "rulez": []}', 2, 2, '"rulez"', 'did you mean "rules"'],
    ['{"rules": [{}]}', 1, 12, 'rules[0] has no "action"', 'add'],
    [withAction('{ "kind": "los" }'), 4, 27, 'rules[0].action.kind is "los"', 'bernoulli-loss'],
    [withAction('{ "kind": "bernoulli-loss" }'), 4, 17, 'rules[0].action has no "lossRatio"', 'add'],
    [withAction('{ "kind": "bernoulli-loss",\n "lossRatio": "10%" }'), 5, 15, 'rules[0].action.lossRatio is a text', 'a number'],
    [withAction('{ "kind": "bernoulli-loss",\n "lossRatio": 10 }'), 5, 15, 'rules[0].action.lossRatio is 10', 'from 0 to 1'],
    [withAction('{ "kind": "bernoulli-loss",\n "lossRatio": 0.1, "lossratio": 0.1 }'), 5, 20, '"lossratio"', 'did you mean "lossRatio"'],
    [withAction('{ "kind": "mtu", "mtuBytes": 99.5 }'), 4, 46, 'whole', 'round'],
    [withAction('{ "kind": "freeze" }, "direction": "uplink"'), 4, 52, 'rules[0].direction is "uplink"', 'up, down, both'],
    [withAction('{ "kind": "freeze" }, "sticky": "yes"'), 4, 49, 'rules[0].sticky', 'true or false'],
    [withAction('{ "kind": "freeze" }, "after": { "seconds": 5 }'), 4, 50, '"seconds"', 'packets, bytes, ms, event'],
    [withAction('{ "kind": "freeze" }, "provenance": { "lossRatio": {} }'), 4, 55, '"lossRatio"', 'nothing may stand here'],
    [withAction('{ "kind": "rate-limit", "rateBps": 9 }'), 4, 41, 'needs a queue', 'queueMs'],
    [withAction('{ "kind": "outage", "periodMs": 9, "lengthMs": 10 }'), 4, 52, 'lengthMs is longer', 'shorter'],
    [withAction('{ "kind": "four-state-loss", "p13": 0.6, "p31": 0, "p32": 0, "p23": 0, "p14": 0.6 }'), 4, 88, 'more than 1', 'lower'],
    [withAction('{ "kind": "jitter", "distribution": "empirical", "quantilesMs": [2, 1], "reorder": false }'), 4, 66, 'falls', 'rise'],
    ['{"rules": [{"match": [], "action": {"kind": "freeze"}}]}', 1, 22, 'match has 0 entries', '1 to 8'],
    ['{"rules": [{"match": ["rtp", "rtp"], "action": {"kind": "freeze"}}]}', 1, 22, 'twice', 'once'],
    ['{"rules": [{"match": {"minBytes": 9, "maxBytes": 3}, "action": {"kind": "freeze"}}]}', 1, 23, 'above maxBytes', 'swap'],
  ])('%s', (text, line, column, what, hint) => {
    const error = errorOf(text);
    expect(error?.code).toBe('bad-path-file');
    expect(error?.message).toMatch(new RegExp(`^my\\.json, line ${line}, column ${column}: `));
    expect(error?.message).toContain(what);
    expect(error?.hint).toContain(hint);
    expect(`${error?.message}${error?.hint}`).not.toMatch(/\n/);
  });

  it('is one to the schema as well, but for the bonds between numbers', () => {
    const rng = createRng(12);
    const bonds = /more than 1 together|falls at entry|is longer than periodMs|is above maxBytes|unknown key/;
    let refused = 0;
    for (let i = 0; i < 4000; i++) {
      const file = damage(rng, { rules: randomRules(rng) });
      const error = errorOf(JSON.stringify(file));
      const objections = schemaErrors(JSON.parse(JSON.stringify(file)), SCHEMA);
      if (error === null) expect(objections, JSON.stringify(file)).toEqual([]);
      else {
        refused++;
        if (!bonds.test(error.message)) expect(objections, `${error.message} ${JSON.stringify(file)}`).not.toEqual([]);
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
