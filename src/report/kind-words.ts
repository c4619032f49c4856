import { measuredValue } from '../core/measurement.ts';
import type { Score, ScoreId } from '../core/scores.ts';

const METALLIC_WORDS: Readonly<Record<string, string>> = {
  buzz: 'buzz',
  mono: 'one pitch',
  rep: 'repetition',
  tone: 'alien tones',
  comb: 'comb',
  coarse: 'coarse coding',
  musical: 'musical noise',
  warp: 'stretching',
};
const NOISE_WORDS: Readonly<Record<string, string>> = {
  white: 'white noise',
  coloured: 'coloured noise',
  babble: 'babble',
  hum: 'hum',
  musical: 'musical noise',
};

/** What kind of damage a score found, with the figure that goes with it: "buzz, 50 Hz", "comb, 4.0 ms"; null where it named none. */
export function kindWords(id: ScoreId, { dominant, parts }: Score): string | null {
  if (dominant === null) return null;
  const figure = (name: string, tell: (value: number) => string): string => {
    const value = measuredValue(parts[name]);
    return value === null ? '' : `, ${tell(value)}`;
  };
  const hertz = (value: number): string => `${Math.round(value)} Hz`;
  switch (id) {
    case 'metallic': {
      const word = METALLIC_WORDS[dominant] ?? dominant;
      if (dominant === 'buzz') return word + figure('buzzFrequency', hertz);
      if (dominant === 'mono') return word + figure('monoPitch', hertz);
      return dominant === 'comb' ? word + figure('combDelay', (value) => `${value.toFixed(1)} ms`) : word;
    }
    case 'noisiness': {
      const word = NOISE_WORDS[dominant] ?? dominant;
      return dominant === 'hum' ? word + figure('humFrequency', hertz) : word;
    }
    case 'coloration':
      if (dominant === 'high-pass') return `high-pass${figure('lowEdge', hertz)}`;
      return dominant === 'timbre' ? 'timbre' : dominant + figure('bandwidth', hertz);
    default:
      return null;
  }
}
