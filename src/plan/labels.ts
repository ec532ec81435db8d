import type { PatternName, Spec } from '../spec/spec.ts';
import { LABEL } from './names.ts';
import type { PlanContext } from './pattern.ts';
import type { Labels } from './plan.ts';

/** An hour after its time-out nobody may still need what a run made; a kept run says so in its ledger. */
const SLACK_MS = 3_600_000;

/** What every object of a run carries. */
export const runLabels = (spec: Spec, pattern: PatternName, { run, facts }: PlanContext): Labels => ({
  [LABEL.run]: run,
  [LABEL.name]: spec.name,
  [LABEL.pattern]: pattern,
  [LABEL.owner]: facts.owner,
  [LABEL.expires]: String(Math.ceil((facts.now + spec.timeoutMs + spec.keep.forMs + SLACK_MS) / 1000)),
});
