/** The library behind the command line: load a spec, ask its pattern for a plan, execute the plan, read the report. */
export { PATTERNS, patternOf } from '../patterns/index.ts';
export { connect } from './engine/connect.ts';
export { RunnerError } from './errors.ts';
export { execute } from './execute/execute.ts';
export { Stops } from './execute/stops.ts';
export type { Surroundings } from './execute/surroundings.ts';
export { compile } from './plan/compile.ts';
export { newRunId } from './plan/names.ts';
export type { Plan } from './plan/plan.ts';
export type { RunEvent } from './report/events.ts';
export type { Report } from './report/report.ts';
export { loadSpec } from './spec/load.ts';
export type { Spec } from './spec/spec.ts';
