import path from 'node:path';
import type { BuildSpec } from '../spec/spec.ts';
import { buildTag, type ContainerSetting } from './container.ts';
import { runLabels } from './labels.ts';
import type { Labels, Step } from './plan.ts';

/** Builds go side by side, and whatever else makes the environment may go beside them; when one fails, the others are stopped. */
export const BUILD_WAVE = 0;

/** The images of `build:` as steps, with the folder that their secrets need. */
export function buildSteps(setting: ContainerSetting): readonly Step[] {
  const { spec, context } = setting;
  const scratch = path.join(context.facts.tempFolder, `runner-${context.run}`);
  const needsFolder = spec.build.some(needsScratch);
  const folder: Step[] = needsFolder ? [{ kind: 'folder', name: 'scratch folder', when: 'success', path: scratch }] : [];
  return [...folder, ...spec.build.map((build) => buildStep(setting, build, scratch))];
}

function buildStep({ spec, context, pattern }: ContainerSetting, build: BuildSpec, scratch: string): Step {
  return {
    kind: 'build',
    name: `build ${build.tag}`,
    when: 'success',
    wave: BUILD_WAVE,
    build: {
      tag: buildTag(context.run, build.tag),
      context: build.context,
      dockerfile: build.dockerfile,
      args: build.args,
      ...(build.target === undefined ? {} : { target: build.target }),
      labels: { ...build.labels, ...ownLabels(build, runLabels(spec, pattern, context)) },
      secrets: build.secrets,
      ...(needsScratch(build) ? { scratchFolder: scratch } : {}),
    },
  };
}

const needsScratch = (build: BuildSpec): boolean => build.secrets.length > 0 || isRepeatable(build);

/** The run's labels would make each run's image another one; without them, its tag alone says whose it is. */
const ownLabels = (build: BuildSpec, labels: Labels): Labels => (isRepeatable(build) ? {} : labels);

const isRepeatable = ({ args }: BuildSpec): boolean => 'SOURCE_DATE_EPOCH' in args;
