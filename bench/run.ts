import { readdirSync } from 'node:fs';

/** A benchmark: a file of this folder that exports `run`. Benchmarks print figures and judge nothing. */
interface Bench {
  readonly run: (args: string[]) => Promise<void>;
}

const names: string[] = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.js') && file !== 'run.js' && !file.startsWith('support'))
  .map((file) => file.slice(0, -3));
const [name, ...args] = process.argv.slice(2);

if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [ARGUMENT...]\nbenchmarks: ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.js`)) as Bench;
  await bench.run(args);
}
