import type { Command } from 'commander';
import { findProfile, listProfiles } from '../../app/paths.ts';
import { describePath, listPaths } from '../path-text.ts';
import type { CommandContext } from '../program.ts';

export function addPaths(program: Command, context: CommandContext): void {
  const { output } = context;
  const paths = program.command('paths').description('the network paths a call can be placed through');
  paths
    .command('list', { isDefault: true })
    .description('name every built-in path')
    .option('--json', 'print the profiles as one JSON document')
    .action((flags: { readonly json?: boolean }) => {
      const profiles = listProfiles();
      output.out.write(flags.json === true ? `${JSON.stringify(profiles, null, 2)}\n` : listPaths(profiles, output));
    });
  paths
    .command('show')
    .description('tell what a path does, rule by rule, and where each number comes from')
    .argument('<name>')
    .option('--json', 'print the profile as one JSON document')
    .action((name: string, flags: { readonly json?: boolean }) => {
      const profile = findProfile(name);
      output.out.write(flags.json === true ? `${JSON.stringify(profile, null, 2)}\n` : describePath(profile, output));
    });
}
