import { Chalk } from 'chalk';
import Table from 'cli-table3';
import { formatPercent } from '../core/format.ts';
import type { Impairment, PathProfile, PathRule } from '../core/path-profile.ts';
import { wrapText } from '../report/terminal-text.ts';
import type { Output } from './output.ts';

const NAME_COLUMN = 20;
const DIRECTION_WORDS = { up: 'caller to callee', down: 'callee to caller', both: 'both ways' } as const;

type Layout = Pick<Output, 'columns' | 'colourLevel'>;

/** A table of the profiles: name, what it is, what a call over it should be like. */
export function listPaths(profiles: readonly PathProfile[], layout: Layout): string {
  const chalk = new Chalk({ level: layout.colourLevel });
  const table = new Table({
    head: ['path', 'what it does, and what to expect'].map((word) => chalk.bold(word)),
    colWidths: [NAME_COLUMN, layout.columns - NAME_COLUMN - 3],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const profile of profiles) {
    const numbers = profile.basis === 'documented' ? 'Numbers documented.' : 'Numbers assumed, in whole or in part.';
    table.push([chalk.cyan(profile.name), `${profile.summary}\n${chalk.dim(`Expect: ${profile.expectedEffect} ${numbers}`)}`]);
  }
  return `${table.toString()}\ncallprobe paths show NAME tells every rule and where its numbers come from.\n`;
}

/** One profile in full: each rule in words, each number with its provenance. */
export function describePath(profile: PathProfile, layout: Layout): string {
  const chalk = new Chalk({ level: layout.colourLevel });
  const lines = [
    chalk.bold(profile.name),
    ...wrap(profile.summary, layout.columns, ''),
    ...wrap(`Expect: ${profile.expectedEffect}`, layout.columns, ''),
    '',
  ];
  if (profile.rules.length === 0) lines.push('No rules: every packet passes untouched.');
  for (const [index, rule] of profile.rules.entries()) {
    lines.push(...wrap(`${index + 1}. ${describeRule(rule)}`, layout.columns, '   '));
    for (const [field, { basis, source }] of Object.entries(rule.provenance)) {
      lines.push(...wrap(`${field}: ${basis}, ${source}`, layout.columns - 3, '  ').map((line) => chalk.dim(`   ${line}`)));
    }
  }
  return `${lines.join('\n')}\n`;
}

function describeRule(rule: PathRule): string {
  const what = rule.match === 'any' ? 'every packet' : rule.match.join(', ');
  return `${describeAction(rule.action)}: ${what}, ${DIRECTION_WORDS[rule.direction]}${describeStart(rule.after)}${describeEnd(rule.for)}`;
}

function describeAction(action: Impairment): string {
  switch (action.kind) {
    case 'bernoulli-loss':
      return `lose ${formatPercent(action.lossRatio)} at random`;
    case 'gilbert-elliott-loss': {
      const bad = action.enterBadRatio / (action.enterBadRatio + action.leaveBadRatio);
      const loss = bad * action.lossInBadRatio + (1 - bad) * action.lossInGoodRatio;
      return `lose ${formatPercent(loss)} in bursts (bad state lasts ${(1 / action.leaveBadRatio).toFixed(1)} packets on average)`;
    }
    case 'delay':
      return `delay by ${action.delayMs} ms`;
    case 'jitter':
      return `add ${action.distribution} jitter of ${action.jitterMs} ms${action.reorder ? ', reordering' : ', keeping order'}`;
    case 'rate-limit':
      return `pass ${action.rateBps / 1000} kbit/s with a queue of ${action.queueMs} ms`;
    case 'black-hole':
      return 'let nothing through';
  }
}

function describeStart(after: PathRule['after']): string {
  if (after === undefined) return '';
  const parts = [
    ...(after.packets === undefined ? [] : [`${after.packets} packets`]),
    ...(after.ms === undefined ? [] : [`${after.ms} ms`]),
    ...(after.event === undefined ? [] : [after.event === 'connected' ? 'the call is connected' : 'the first sound']),
  ];
  return `, after ${parts.join(' and ')}`;
}

function describeEnd(limit: PathRule['for']): string {
  if (limit === undefined) return '';
  return `, for ${[...(limit.packets === undefined ? [] : [`${limit.packets} packets`]), ...(limit.ms === undefined ? [] : [`${limit.ms} ms`])].join(' or ')}`;
}

/** Wrapped text whose lines after the first begin with `indent`. */
function wrap(text: string, columns: number, indent: string): string[] {
  return wrapText(text, columns - indent.length).map((line, index) => (index === 0 ? line : `${indent}${line}`));
}
