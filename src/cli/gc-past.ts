import type { Surplus } from '../report/stored/retention.ts';
import { forgetRun, forgetTheRest } from '../report/stored/run-folders.ts';
import { sizeText } from '../report/words.ts';
import { oldRuns } from './old-runs.ts';
import { retentionOf } from './retention.ts';
import { settingsOf } from './settings.ts';
import type { World } from './world.ts';

/** A stored run that is not kept any longer; `left` says why it is there still. Without either of them nothing was tried. */
export interface Forgotten {
  readonly old: Surplus;
  readonly isRemoved?: boolean;
  readonly left?: string;
}

/** The stored runs that may go, and began at least so long ago. */
export async function oldRunsFor(world: World, olderThanMs = 0): Promise<readonly Forgotten[]> {
  const all = await oldRuns(world, retentionOf(await settingsOf(world)));
  return all.filter(({ startedAt }) => world.clock.now() - startedAt >= olderThanMs).map((old) => ({ old }));
}

/** Removes just those. */
export async function forget(all: readonly Forgotten[], { stateFolder }: World): Promise<readonly Forgotten[]> {
  await forgetTheRest(stateFolder);
  const done: Forgotten[] = [];
  for (const { old } of all)
    done.push(
      await forgetRun(stateFolder, old.run).then(
        () => ({ old, isRemoved: true }),
        (error: Error) => ({ old, left: error.message }),
      ),
    );
  return done;
}

export const forgottenText = ({ old: { run, sizeBytes, why }, isRemoved, left }: Forgotten): string =>
  `${run}  stored run, ${sizeText(sizeBytes)}: ${why}\n${isRemoved ? '  removed\n' : left === undefined ? '' : `  left    ${left}\n`}`;

/** The same keys as for a run that left something. */
export const forgottenJson = ({ old: { run, sizeBytes, why }, isRemoved, left }: Forgotten): object => {
  const resource = `stored run ${run}`;
  return {
    run,
    why,
    size_bytes: sizeBytes,
    resources: [resource],
    ...(isRemoved ? { removed: [resource], left: [] } : {}),
    ...(left === undefined ? {} : { removed: [], left: [{ resource, why: left }] }),
  };
};
