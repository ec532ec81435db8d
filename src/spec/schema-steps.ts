import * as v from 'valibot';
import type { NamelessStep } from './document.ts';
import { byShape, duration, flag, INSIDE, list, matching, oneOf, type Schema, section, text, wholeNumber } from './kinds.ts';
import { envSchema, imageSchema, STEP_NAME } from './schema-common.ts';
import type { RetrySpec, StepSpec } from './spec.ts';

const scriptSchema: Schema<string> = byShape('The commands: a script, or a list of commands.', 'a command or a list of commands', {
  text: text('A script for the shell.'),
  list: v.pipe(
    list('Commands, run in order by one shell.', text('A command.', 'a command')),
    v.minLength(1, 'is empty; a step needs a command'),
    v.transform((commands) => commands.join('\n')),
  ),
});

const retrySchema: Schema<RetrySpec> = section('When the step runs again after it did not pass.', {
  max: v.optional(wholeNumber('How many times it may run again.', 0, 10), 0),
  on: v.optional(list('What is tried again.', oneOf('A class of failures.', ['infrastructure', 'failure', 'timeout'])), () => [
    'infrastructure',
  ]),
});

const allowFailureSchema: Schema<StepSpec['allowFailure']> = byShape<StepSpec['allowFailure']>(
  'Whether the run goes on, and may pass, when the step fails.',
  'true, false or { exit_codes: [3] }',
  {
    flag: flag('Any failure is allowed.'),
    mapping: v.pipe(
      section('Only these failures are allowed.', {
        exit_codes: list('Exit codes that do not fail the run.', wholeNumber('An exit code.', 1, 255)),
      }),
      v.transform((allowed) => ({ exitCodes: allowed.exit_codes })),
    ),
  },
);

const fullStepSchema: Schema<NamelessStep> = v.pipe(
  section('A step.', {
    name: v.optional(matching('What the step is called; default `step-1`, `step-2` and so on.', STEP_NAME)),
    image: v.optional(imageSchema('Image of this step; default: the image of the document.')),
    run: scriptSchema,
    shell: v.optional(shellSchema(), () => ['sh', '-euc']),
    env: v.optional(envSchema('Environment variables of this step, over those of the document.'), () => ({})),
    dir: v.optional(stepDirSchema(), '.'),
    timeout: v.optional(duration('Longest time the step may take.')),
    if: v.optional(
      oneOf('When the step runs, by what happened before it: `always` runs after a failure and after an interrupt, too.', [
        'success',
        'failure',
        'always',
      ]),
      'success',
    ),
    retry: v.optional(retrySchema, () => ({})),
    allow_failure: v.optional(allowFailureSchema, false),
  }),
  v.transform(({ timeout, allow_failure, name, image, ...step }) => ({
    ...step,
    name,
    image,
    timeoutMs: timeout,
    allowFailure: allow_failure,
  })),
);

const shortStepSchema: Schema<NamelessStep> = v.pipe(
  text('A step that is only a script.'),
  v.transform((run) => v.parse(fullStepSchema, { run })),
);

/** The list of steps, run in order. */
export const stepsSchema: Schema<NamelessStep[]> = v.pipe(
  list(
    'The steps, run in order.',
    byShape('A step, or only its script.', 'a step: a mapping with `run`, or a command', {
      text: shortStepSchema,
      mapping: fullStepSchema,
    }),
    'a list of steps',
  ),
  v.minLength(1, 'is empty; a spec needs at least one step'),
);

function shellSchema(): Schema<string[]> {
  return v.pipe(
    list('The program that gets the script as its last argument.', text('A word of the command.'), 'a list such as [bash, -euc]'),
    v.minLength(1, 'is empty; write a list such as [sh, -euc]'),
  );
}

function stepDirSchema(): Schema<string> {
  return matching('Folder the step starts in: relative to the workspace, or absolute in its environment.', {
    like: new RegExp(`^/|${INSIDE.like.source}`),
    rule: 'a path inside the workspace, or an absolute one',
  });
}
