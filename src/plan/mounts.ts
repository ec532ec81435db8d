import type { MountSpec } from '../spec/spec.ts';
import { LABEL, type RunId, resourceName } from './names.ts';
import type { Labels, Mount, Step, StepOf } from './plan.ts';
import { daemonMounts, type PathSetting } from './translate.ts';

/** The mounts of one container, and the steps that must come before it: a volume for each throwaway volume and each cache. */
export interface MountsPlan {
  readonly mounts: readonly Mount[];
  readonly steps: readonly Step[];
}

export interface MountSetting {
  readonly run: RunId;
  readonly labels: Labels;
  readonly uid: number;
  readonly paths: PathSetting;
}

/** Throwaway volumes are shared by name in a run; caches by name and user on a daemon. */
export function mountsPlan(specs: readonly MountSpec[], setting: MountSetting): MountsPlan {
  return { mounts: specs.flatMap((spec) => mountsOf(spec, setting)), steps: uniqueByName(specs.flatMap((spec) => stepsOf(spec, setting))) };
}

const cacheName = (cache: string, uid: number): string => `runner-cache-${uid}-${cache}`;

function mountsOf(spec: MountSpec, { run, uid, paths }: MountSetting): readonly Mount[] {
  switch (spec.type) {
    case 'bind':
      return daemonMounts({ hostPath: spec.source, target: spec.target, readOnly: spec.readOnly }, paths);
    case 'volume':
      return [{ type: 'volume', volume: resourceName(run, spec.volume), target: spec.target, readOnly: spec.readOnly }];
    case 'cache':
      return [{ type: 'volume', volume: cacheName(spec.cache, uid), target: spec.target, readOnly: spec.readOnly }];
    case 'tmpfs':
      return [{ type: 'tmpfs', target: spec.target, ...(spec.sizeBytes === undefined ? {} : { sizeBytes: spec.sizeBytes }) }];
  }
}

function stepsOf(spec: MountSpec, { run, labels, uid }: MountSetting): readonly Step[] {
  if (spec.type === 'volume') {
    return [{ kind: 'volume', name: `volume ${spec.volume}`, when: 'success', volume: { name: resourceName(run, spec.volume), labels } }];
  }
  return spec.type === 'cache' ? [cacheStep(spec.cache, uid)] : [];
}

/** A cache of this user, held while the run uses it. */
export function cacheStep(cache: string, uid: number): StepOf<'cache'> {
  const volume = { name: cacheName(cache, uid), labels: { [LABEL.cache]: cache } };
  return { kind: 'cache', name: `cache ${cache}`, when: 'success', volume };
}

export const uniqueByName = (steps: readonly Step[]): readonly Step[] => [...new Map(steps.map((step) => [step.name, step])).values()];
