import { buildTag } from '../src/plan/container.ts';
import { runLabels } from '../src/plan/labels.ts';
import type { PlanContext } from '../src/plan/pattern.ts';
import type { StepOf } from '../src/plan/plan.ts';
import type { PatternName, Spec } from '../src/spec/spec.ts';

/** The images of `build:`, each under a tag that is private to the run. */
export const buildSteps = (spec: Spec, context: PlanContext, pattern: PatternName): readonly StepOf<'build'>[] =>
  spec.build.map((build) => ({
    kind: 'build',
    name: `build ${build.tag}`,
    when: 'success',
    build: {
      tag: buildTag(context.run, build.tag),
      context: build.context,
      dockerfile: build.dockerfile,
      args: build.args,
      ...(build.target === undefined ? {} : { target: build.target }),
      labels: { ...build.labels, ...runLabels(spec, pattern, context) },
      secrets: build.secrets,
    },
  }));
