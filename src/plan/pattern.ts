import type { PolicyKey } from '../spec/policy.ts';
import type { PatternName, Spec } from '../spec/spec.ts';
import type { HostFacts } from './facts.ts';
import type { RunId } from './names.ts';
import type { Step } from './plan.ts';

export interface PlanContext {
  readonly run: RunId;
  readonly facts: HostFacts;
  /** Where artifacts go when the workspace is a copy; undefined: back into the workspace. */
  readonly artifactsDir: string | undefined;
  /** What somebody outside the spec allows it to ask for. */
  readonly allowed: ReadonlySet<PolicyKey>;
}

export interface PatternPlan {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/** A way to run a build: a pure function from what the user asked to what the executor will do. */
export interface Pattern {
  readonly name: PatternName;
  readonly summary: string;
  plan(spec: Spec, context: PlanContext): PatternPlan;
}
