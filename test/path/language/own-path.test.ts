import { describe, expect, it } from 'vitest';
import { pathFromFile, pathFromInline } from '../../../src/path/language/own-path.ts';
import { pathText } from '../../../src/path/language/print-inline.ts';
import { listProfiles } from '../../../src/path/profiles.ts';
import { numericFieldsOf } from '../../../src/path/provenance.ts';

describe("a path of the user's own", () => {
  it('is named by its rules, every number in it requested, and keeps its one form', () => {
    const path = pathFromInline('UP  loss 10% ;delay 1500ms');
    expect(path).toMatchObject({ name: 'up loss 10%; delay 1.5s', text: 'up loss 10%; delay 1.5s', basis: 'requested' });
    for (const rule of path.rules) {
      expect(Object.keys(rule.provenance)).toEqual(numericFieldsOf(rule));
      for (const { basis } of Object.values(rule.provenance)) expect(basis).toBe('requested');
    }
    expect(pathFromInline(path.text as string)).toEqual(path);
  });

  it('has a name short enough for a sentence, whatever its length', () => {
    const path = pathFromInline(Array.from({ length: 50 }, (_, i) => `delay ${i}ms`).join(';'));
    expect(path.name.length).toBeLessThanOrEqual(60);
    expect(path.text?.split(';')).toHaveLength(50);
  });

  it('is requested from a file too, but for the numbers whose source the file tells', () => {
    const rules = '"rules":[{"action":{"kind":"delay","delayMs":5}}]';
    expect(pathFromFile(`{${rules}}`, 'cafe.json')).toMatchObject({ name: 'cafe', basis: 'requested', text: 'delay 5ms' });
    const clear = listProfiles().find(({ name }) => name === 'clear');
    expect(pathFromFile(JSON.stringify(clear), 'x.json')).toMatchObject({ name: 'clear', basis: 'assumed', rules: clear?.rules });
  });

  it('can be any built-in path in words', () => {
    for (const profile of listProfiles()) {
      const bare = profile.rules.map(({ provenance: _, ...rule }) => rule);
      expect(pathFromInline(pathText(profile)).rules.map(({ provenance: _, ...rule }) => rule)).toEqual(bare);
    }
  });
});
