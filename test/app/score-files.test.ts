import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportStimulus } from '../../src/app/export-stimulus.ts';
import { machineHost } from '../../src/app/host.ts';
import { scoreFiles } from '../../src/app/score-files.ts';
import { readWav } from '../../src/audio/wav.ts';
import { UserError } from '../../src/core/errors.ts';
import type { LocatedRecording } from '../../src/core/located.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import type { Report } from '../../src/core/report.ts';
import { MOS_SCORES } from '../../src/core/scores.ts';
import type { Signal } from '../../src/core/signal.ts';
import { resample } from '../../src/dsp/resample.ts';
import { stretch } from '../../src/dsp/stretch.ts';
import { renderJson } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse.ts';
import { bandPowers, chosenPlay, createPattern, findPlays } from '../../src/score/locate.ts';
import { locateFeatures } from '../../src/score/locate-features.ts';
import { amplified, cut, delayed, lossy, noisy } from '../support/edits.ts';
import { temporaryFolder } from '../support/exec.ts';
import { silence, speechLike, tone } from '../support/signals.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const host = machineHost(`${join(import.meta.dirname, '../..')}/`);
const speech = bundledSpeech('en-female', 4);
const other = bundledSpeech('en-male', 5);
const { sampleRateHz } = speech;
let files = 0;

/** One sound after the other. */
function joined(...parts: readonly Signal[]): Signal {
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part.samples, at);
    at += part.samples.length;
  }
  return { samples, sampleRateHz: parts[0]?.sampleRateHz ?? 0 };
}

const write = (signal: Signal): string => writeSpeech(folder.path, `${files++}.wav`, signal);

async function score(reference: Signal, recording: Signal, play?: number): Promise<Report> {
  const [referenceFile, recordingFile] = [write(reference), write(recording)];
  const report = await scoreFiles(
    { referenceFile, recordingFile, labels: {}, requested: {}, ...(play === undefined ? {} : { play }) },
    host,
  );
  for (const file of [referenceFile, recordingFile]) rmSync(file);
  return report;
}

const locatedOf = (report: Report): LocatedRecording => report.directions.recording?.located as LocatedRecording;
const mosOf = (report: Report): number | null => measuredValue(report.directions.recording?.scores.mosLqo.measurement);

function expectNoMos(report: Report): void {
  for (const id of MOS_SCORES) {
    const measurement = report.directions.recording?.scores[id].measurement;
    expect([id, measurement?.status]).toEqual([id, 'not-applicable']);
  }
  const opinions = report.directions.recording?.timeLine?.scores.mosLqo.values ?? [];
  expect(opinions.filter((value) => value !== null)).toEqual([]);
}

describe('a reference somewhere in a long recording', () => {
  const room = noisy(joined(silence(12, sampleRateHz), speech, silence(6, sampleRateHz)), 30, 4);

  it('is found, scored as the pair by itself is, and told where', async () => {
    const heard = { ...speech, samples: lossy(speech, 0.05, 2, 1).samples };
    const alone = await score(speech, heard);
    const within = await score(speech, joined(other, silence(3, sampleRateHz), heard, silence(4, sampleRateHz)));
    expect(measuredValue(locatedOf(within).startSeconds)).toBeCloseTo(8, 2);
    expect(mosOf(within)).toBeCloseTo(mosOf(alone) as number, 1);
    expect(parseReport(renderJson(within), 'report.json')).toEqual(within);
  });

  it('is found at another rate, level and clock, and the clock is told', async () => {
    const moved = stretch(amplified(room, -14).samples, 1 / (1 + 300e-6));
    const report = await score(speech, resample({ samples: moved, sampleRateHz }, 44_100));
    const located = locatedOf(report);
    expect(measuredValue(located.driftPpm)).toBeGreaterThan(285);
    expect(measuredValue(located.driftPpm)).toBeLessThan(315);
    expect(located.driftRemoved).toBe(true);
    expect(measuredValue(located.startSeconds)).toBeCloseTo(12 * (1 + 300e-6), 2);
  });

  it('is judged alike when a cable has turned its waveform over, and its clock is told', async () => {
    const moved = stretch(room.samples, 1 / (1 + 200e-6));
    const upright = await score(speech, { samples: moved, sampleRateHz });
    const turned = await score(speech, { samples: moved.map((x) => -x), sampleRateHz });
    expect(measuredValue(locatedOf(turned).driftPpm)).toBeCloseTo(200, -1);
    expect(mosOf(turned)).toBeCloseTo(mosOf(upright) as number, 2);
  });

  it('played three times is scored at its first whole play, or at the one that is named', async () => {
    const recording = joined(cut(speech, 2, 4), silence(1, sampleRateHz), speech, silence(2, sampleRateHz), speech);
    const first = locatedOf(await score(speech, recording));
    expect(first.plays.map(({ startSeconds }) => Math.round(startSeconds))).toEqual([-2, 3, 9]);
    expect(first.play).toBe(2);
    expect(locatedOf(await score(speech, recording, 3)).startSeconds).toMatchObject({ value: expect.closeTo(9, 2) as number });
    await expect(score(speech, recording, 4)).rejects.toThrow(/heard 3 times/);
  });
});

describe('a pair that cannot be scored has a status and no opinion score', () => {
  it('silence', async () => {
    const report = await score(speech, silence(30, sampleRateHz));
    expect(report.verdict.diagnosis).toBe('silent');
    expectNoMos(report);
  });

  it('silence that is shorter than the reference, of which nobody knows what came after', async () => {
    const report = await score(speech, silence(3, sampleRateHz));
    expect(report.verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
    expect(report.verdict.summary).toMatch(/silent and shorter/);
    expectNoMos(report);
  });

  it.each([
    ['another sentence', other],
    ['another sentence in a long recording', joined(other, silence(8, sampleRateHz), other)],
    ['music', joined(...[0, 4, 7, 12, 7, 4].map((step) => tone(262 * 2 ** (step / 12), 1, sampleRateHz)))],
    ['another talker like a voice', speechLike(8, 20, sampleRateHz)],
  ])('%s', async (_, recording) => {
    const report = await score(speech, recording);
    expect(report.verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
    expect(report.verdict.summary).toMatch(/[Nn]othing of the reference was found/);
    expectNoMos(report);
  });

  it.each([
    ['ends early', cut(speech, 0, 2.1), /ends earlier/],
    ['begins late', joined(cut(speech, 1.7, 4), silence(1, sampleRateHz)), /begins later/],
  ])('a recording that %s, though what it holds is judged', async (_, recording, says) => {
    const report = await score(speech, recording);
    expect(report.verdict.outcome).toBe('inconclusive');
    expect(report.verdict.summary).toMatch(says);
    expect(locatedOf(report).hindrance).toBe('incomplete');
    expect(report.directions.recording?.scores.discontinuity.measurement).toMatchObject({
      status: 'ok',
      value: expect.closeTo(0, 1) as number,
    });
    expectNoMos(report);
  });

  it.each([
    ['a noisy recording given first', noisy(speech, 20, 5), speech],
    ['a long recording given first', joined(silence(9, sampleRateHz), speech), speech],
    ['a long recording of much else given first', joined(other, speech, speechLike(8, 20, sampleRateHz)), speech],
  ])('%s', async (_, reference, recording) => {
    const report = await score(reference, recording);
    expect(report.verdict.summary).toMatch(/did you swap/i);
    expect(locatedOf(report).hindrance).toBe('swapped');
    expectNoMos(report);
  });

  it('sound of a lower rate than a telephone has is refused on either side', async () => {
    const slow = { ...speech, sampleRateHz: 4_000 };
    await expect(score(slow, speech)).rejects.toThrow(/4000 Hz/);
    await expect(score(speech, slow)).rejects.toThrow(/4000 Hz/);
  });

  it('a reference of two words is refused', async () => {
    const words = joined(silence(2, sampleRateHz), cut(speech, 0.5, 1.1), silence(3, sampleRateHz));
    const refused = score(words, speech);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(/a word or two/);
  });
});

describe('a stimulus to be played into a call', () => {
  const request = { voice: 'en-male', sampleRateHz: 48_000, repeat: 1, pauseSeconds: 2, file: null, force: false };

  it('is found in a recording of itself, also spoken twice', async () => {
    const { wav, seconds } = await exportStimulus({ ...request, sampleRateHz: 16_000, repeat: 2 }, host);
    const signal = readWav(wav, 'stimulus');
    expect(signal.samples.length / 16_000).toBeCloseTo(seconds, 3);
    const heard = locateFeatures(bandPowers(delayed(signal, 40_000)));
    expect(chosenPlay(findPlays(createPattern(signal), heard).plays)?.startSeconds).toBeCloseTo(2.5, 1);
  });

  it('is no longer than a reference may be', async () => {
    await expect(exportStimulus({ ...request, voice: 'en-female', sampleRateHz: 8_000, repeat: 8, pauseSeconds: 5 }, host)).rejects.toThrow(
      /may be 120 s long/,
    );
  });

  it('replaces no file unless told to', async () => {
    const file = write(speech);
    await expect(exportStimulus({ ...request, file }, host)).rejects.toThrow(/there already/);
    const { seconds } = await exportStimulus({ ...request, file, force: true }, host);
    expect(seconds).toBeGreaterThan(10);
  });
});
