import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { SelfEngine } from '../engine/ports/self.ts';
import type { PathMap } from '../plan/paths.ts';
import { sharedPaths } from '../plan/shared-paths.ts';
import type { PatternName, Spec } from '../spec/spec.ts';
import type { World } from './world.ts';

export interface WhoToAsk {
  readonly self: SelfEngine;
  /** `--self-container`, or what the environment says. */
  readonly named: string | undefined;
}

/** How the daemon sees what a run of this spec mounts. Asks nobody where the runner is plainly on the daemon's machine. */
export async function pathsFor(spec: Spec, pattern: PatternName, world: World, { self, named }: WhoToAsk): Promise<PathMap> {
  if (pattern === 'host') return { seen: 'same' };
  const { paths } = await self.locate({ named, realPath });
  if (paths.seen === 'same') return paths;
  const { environment, tempFolder, caller } = world;
  const wanted = sharedPaths(spec, { environment, tempFolder, knownHosts: knownHostsOf(caller.home) });
  const real = wanted.flatMap((one) => {
    const found = realPath(one);
    return found === undefined ? [] : [[one, found] as const];
  });
  return { ...paths, real: Object.fromEntries(real) };
}

export const namedSelf = (flag: string | undefined, { environment }: World): string | undefined =>
  flag ?? (environment['RUNNER_SELF_CONTAINER'] || undefined);

export function knownHostsOf(home: string): string | undefined {
  const file = path.join(home, '.ssh/known_hosts');
  return existsSync(file) ? file : undefined;
}

export function realPath(wanted: string): string | undefined {
  try {
    return realpathSync(wanted);
  } catch {
    return undefined;
  }
}
