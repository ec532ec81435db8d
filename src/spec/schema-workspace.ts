import * as v from 'valibot';
import { ABSOLUTE, byShape, flag, INSIDE, list, matching, oneOf, type Schema, section, size, text, wholeNumber } from './kinds.ts';
import type { ArtifactsSpec, ResourcesSpec, WorkspaceSpec } from './spec.ts';

/** The folder that the steps work in. */
export const workspaceSchema: Schema<WorkspaceSpec> = v.pipe(
  section('The folder the steps work in.', {
    path: v.optional(text('A folder, relative to the spec.'), '.'),
    mode: v.optional(oneOf('`bind`: the folder itself. `copy`: a throwaway copy. Default: as the pattern does it.', ['bind', 'copy'])),
    dir: v.optional(matching('Where the steps see it.', ABSOLUTE), '/workspace'),
    read_only: v.optional(flag('Whether the steps may only read it.'), false),
    exclude: v.optional(list('What a copy leaves out, in the syntax of .dockerignore.', text('A pattern.')), () => []),
  }),
  v.transform(({ read_only, mode, ...workspace }) => ({ ...workspace, mode, readOnly: read_only })),
);

/** The limits of every container. */
export const resourcesSchema: Schema<ResourcesSpec> = v.pipe(
  section('Limits of every container.', {
    cpus: v.optional(
      v.pipe(
        v.number('a number of processors such as 2 or 0.5'),
        v.description('How many processors a container may keep busy.'),
        v.check((cpus) => cpus > 0 && cpus <= 4096, 'is not a number of processors'),
      ),
    ),
    memory: v.optional(size('How much memory a container may use.')),
    pids: v.optional(wholeNumber('How many processes a container may have.', 1, 4_194_304)),
    gpus: v.optional(
      byShape<'none' | 'all' | number>('The graphics processors a container sees.', 'none, all or a number', {
        text: oneOf('None or all.', ['none', 'all']),
        number: wholeNumber('How many.', 1, 64),
      }),
      'none',
    ),
  }),
  v.transform(({ cpus, memory, pids, gpus }) => ({ cpus, memoryBytes: memory, pids, gpus })),
);

/** What is brought back from the workspace. */
export const artifactsSchema: Schema<ArtifactsSpec> = v.pipe(
  section('What is brought back from the workspace.', {
    paths: v.optional(list('Files and folders; `*` and `**` match.', matching('A pattern.', INSIDE)), () => []),
    reports: v.optional(
      section('Test reports to read.', {
        junit: v.optional(
          byShape<string | string[]>('JUnit XML files.', 'a pattern or a list of patterns', {
            text: matching('A pattern.', INSIDE),
            list: list('Patterns.', matching('A pattern.', INSIDE)),
          }),
          () => [],
        ),
      }),
      () => ({}),
    ),
    when: v.optional(oneOf('After which outcome they are brought back.', ['on_success', 'on_failure', 'always']), 'on_success'),
  }),
  v.transform(({ paths, reports, when }) => ({ paths, junit: [reports.junit].flat(), when })),
);
