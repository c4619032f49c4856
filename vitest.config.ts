import { defineConfig, type ViteUserConfig } from 'vitest/config';

const unit: string[] = [
  'core',
  'dsp',
  'audio',
  'path',
  'call',
  'playout',
  'score',
  'verdict',
  'report',
  'compare',
  'record',
  'config',
  'app',
].map((room) => `test/${room}/**/*.test.ts`);

const config: ViteUserConfig = defineConfig({
  test: {
    // Every core: by itself vitest leaves one idle, which on two cores doubles the time. Calls run one file after the other all the same.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'unit', include: [...unit, 'test/architecture.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
          // Calls measure time: nothing else of ours may run beside them.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          testTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
export default config;
