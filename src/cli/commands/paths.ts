import type { Command } from 'commander';
import { findProfile, listBuiltInPaths, resolvePath } from '../../app/paths.ts';
import { describePath, listPaths } from '../path-text.ts';
import type { CommandContext } from '../program.ts';

interface JsonFlag {
  readonly json?: boolean;
}

const CHECK_HELP = `
A path in words is rules with ";" between them, each in this order:
when it holds, which way, which packets, what is done to them. For example:
  loss 10% burst 3; delay 80ms jitter 20ms
  up rate 64kbps queue 200ms
  after 5s for 8s: up rtp loss 45%
docs/paths.md has all of it; paths show NAME --json prints a rule file.
`;

export function addPaths(program: Command, context: CommandContext): void {
  const { output } = context;
  const print = (value: unknown): void => {
    output.out.write(`${JSON.stringify(value, null, 2)}\n`);
  };
  const paths = program.command('paths').description('the network paths a call can be placed through');
  paths
    .command('list', { isDefault: true })
    .description('name every built-in path, and what to expect of it')
    .option('--json', 'print the paths as one JSON document')
    .action((flags: JsonFlag) => {
      if (flags.json === true) print(listBuiltInPaths());
      else output.out.write(listPaths(listBuiltInPaths(), output));
    });
  paths
    .command('show')
    .description('tell what a path does, rule by rule, and where each number comes from')
    .argument('<name>')
    .option('--json', 'print the path as a rule file')
    .action((name: string, flags: JsonFlag) => {
      const profile = findProfile(name);
      const expected = listBuiltInPaths().find((path) => path.name === name)?.expected ?? null;
      if (flags.json === true) print(profile);
      else output.out.write(describePath(profile, output, expected));
    });
  paths
    .command('check')
    .description('explain a path of your own rule by rule, or say what is wrong with it')
    .argument('<path>', 'a rule file, or rules in words, as --path takes them')
    .option('--json', 'print the path as a rule file')
    .addHelpText('after', CHECK_HELP)
    .action(async (spec: string, flags: JsonFlag) => {
      const profile = await resolvePath(spec);
      if (flags.json === true) print(profile);
      else output.out.write(describePath(profile, output));
    });
}
