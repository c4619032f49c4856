/** The public API: the use cases, and the types of what they take and give. */
export { type Analyser, inlineAnalyser, openAnalyser } from './app/analyser.ts';
export { compareFiles } from './app/compare-files.ts';
export { type Host, machineHost } from './app/host.ts';
export { findProfile, listBuiltInPaths, resolvePath } from './app/paths.ts';
export { replayCall } from './app/replay.ts';
export { type RunHooks, type RunProgress, type RunResult, runCall } from './app/run.ts';
export { type ScoreRequest, scoreFiles } from './app/score-files.ts';
export { type RunFlags, type RunSettings, resolveRunSettings } from './config/run-settings.ts';
export type { Comparison } from './core/comparison.ts';
export { UserError } from './core/errors.ts';
export type { Measurement, Unit } from './core/measurement.ts';
export type { PathProfile, PathRule } from './core/path-profile.ts';
export type { Report } from './core/report.ts';
export type { Verdict } from './core/verdict.ts';
export { parseReport } from './report/parse.ts';
export { RENDERERS } from './report/registry.ts';
