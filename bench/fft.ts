import { createRng } from '../src/core/rng.ts';
import { createFft, onceSpectrum } from '../src/dsp/fft.ts';
import { cpuSeconds } from './support-data.ts';

/** Cost of one real transform by either library, and how far they differ. */
export async function run(): Promise<void> {
  const rng = createRng(1);
  for (const size of [256, 512, 1_024, 2_048, 4_096]) {
    const samples = Float64Array.from({ length: size }, () => 2 * rng.next() - 1);
    const fft = createFft(size);
    fft.input.set(samples);
    const spectrum = fft.forward().slice();
    const { re, im } = onceSpectrum(samples);
    let worst = 0;
    for (let k = 0; k <= size / 2; k++) {
      worst = Math.max(
        worst,
        Math.hypot((spectrum[2 * k] as number) - (re[k] as number), (spectrum[2 * k + 1] as number) - (im[k] as number)),
      );
    }
    const rounds = Math.ceil(2_000_000 / size);
    const fast = cpuSeconds(3, () => {
      for (let i = 0; i < rounds; i++) fft.forward();
    });
    const slowRounds = Math.ceil(rounds / 50);
    const slow = cpuSeconds(3, () => {
      for (let i = 0; i < slowRounds; i++) onceSpectrum(samples);
    });
    const [fastUs, slowUs] = [(1e6 * fast) / rounds, (1e6 * slow) / slowRounds];
    console.log(
      `${size} points: createFft ${fastUs.toFixed(1)} µs, onceSpectrum ${slowUs.toFixed(1)} µs, largest difference ${worst.toExponential(1)}`,
    );
  }
}
