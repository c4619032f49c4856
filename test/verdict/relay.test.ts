import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../src/core/call-record.ts';
import { relayReport } from '../support/relay-reports.ts';
import { METALLIC } from '../support/reports.ts';

const failing = (id: 'resolving' | 'reaching' | 'allocating' | 'ice' | 'sustainedMedia', code: FailureCode) =>
  relayReport({ failed: { id, failure: { code, message: 'as the test says' } } }).verdict;

describe('the verdict on a call over a relay', () => {
  it('names the relay, and the emulated path where one is added, and calls nothing else emulated', () => {
    expect(relayReport().verdict.summary).toMatch(/^Over a TURN relay \(udp\), both voices arrive clear/);
    expect(relayReport().verdict.summary).not.toContain('emulated');
    const added = relayReport({ added: 'congested', route: { transport: 'tls' } }).verdict.summary;
    expect(added).toMatch(/^Over a TURN relay \(tls\) with the emulated path "congested" added, /);
  });

  it('says nothing of text that was not tested', () => {
    const { verdict } = relayReport({ up: METALLIC });
    expect(verdict).toMatchObject({ diagnosis: 'metallic', scope: 'not-tested', resembles: null });
    expect(verdict.summary).not.toMatch(/text (beside|got|came)/);
  });

  it.each([
    ['resolving', 'turn-resolve-failed', 'could not be looked up'],
    ['reaching', 'turn-unreachable', 'cannot be told from here'],
    ['reaching', 'turn-certificate-refused', 'certificate'],
    ['allocating', 'turn-auth-failed', 'user name and password'],
    ['allocating', 'turn-allocation-failed', 'no way to each other'],
    ['sustainedMedia', 'turn-lost', 'whether it stopped or the network cut it off cannot be told'],
  ] as const)('finds nothing when %s ends with %s', (id, code, words) => {
    const verdict = failing(id, code);
    expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown', scope: 'not-tested', confidence: 0 });
    expect(verdict.summary).toContain(words);
    expect(verdict.summary).toMatch(/^[A-Z][^\n]*\.$/);
  });

  it('is a finding when the relay worked and the call did not', () => {
    expect(failing('ice', 'ice-timeout')).toMatchObject({ outcome: 'fail', diagnosis: 'call-blocked', scope: 'not-tested' });
    expect(failing('ice', 'ice-timeout').summary).toContain('not tested');
    expect(failing('sustainedMedia', 'turn-cut')).toMatchObject({ outcome: 'fail', diagnosis: 'call-dropped' });
  });
});
