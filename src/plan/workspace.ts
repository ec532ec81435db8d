import type { Spec } from '../spec/spec.ts';
import { identityPlan } from './identity.ts';
import { resourceName } from './names.ts';
import type { PlanContext } from './pattern.ts';
import type { ArtifactSource, Labels, Mount, Step, Upload } from './plan.ts';
import { pathSetting } from './shared-paths.ts';
import { byHandOf, daemonMounts, reachOf } from './translate.ts';

/** How containers see the workspace: the caller's folder itself, or a volume of the run that the first container fills. */
export interface WorkspacePlan {
  readonly mounts: readonly Mount[];
  readonly steps: readonly Step[];
  /** For the first container that is created. */
  readonly uploads: readonly Upload[];
  readonly notes: readonly string[];
}

export function workspacePlan(spec: Spec, context: PlanContext, labels: Labels): WorkspacePlan {
  const { path, dir, readOnly, exclude } = spec.workspace;
  const { copied, why } = copying(spec, context);
  const notes = why === undefined ? [] : [`the workspace is copied: ${why}`];
  if (!copied) {
    const mounts = daemonMounts({ hostPath: path, target: dir, readOnly }, pathSetting(spec, context));
    return { mounts, steps: [], uploads: [], notes };
  }
  const volume = resourceName(context.run, 'workspace');
  const owner = identityPlan(spec.identity, context.facts.caller, dir).owner ?? { uid: 0, gid: 0 };
  return {
    mounts: [{ type: 'volume', volume, target: dir, readOnly }],
    steps: [{ kind: 'volume', name: 'workspace', when: 'success', volume: { name: volume, labels } }],
    uploads: [{ type: 'folder', hostPath: path, target: dir, exclude, owner }],
    notes,
  };
}

/** A spec that does not say how gets its workspace copied where the daemon can't mount it, or may have another in its place. */
function copying(
  { workspace, docker, pattern }: Spec,
  { facts: { paths } }: PlanContext,
): { readonly copied: boolean; readonly why?: string } {
  if (workspace.mode !== undefined) return { copied: workspace.mode === 'copy' };
  if (pattern === 'dind') return { copied: true };
  const reach = reachOf({ hostPath: workspace.path, target: workspace.dir, readOnly: true }, { paths, hostPaths: docker.hostPaths });
  if ('refused' in reach) return reach.missing ? { copied: false } : { copied: true, why: reach.refused };
  const isByHand = byHandOf(workspace.path, docker.hostPaths) !== undefined;
  return paths.seen === 'unproven' && !paths.isVouched && !isByHand ? { copied: true, why: paths.why } : { copied: false };
}

/** The results of containers: out of the copy, or where they are in a bound workspace unless a folder was named. */
export function containerArtifacts(spec: Spec, context: PlanContext, container: string | undefined): readonly Step[] {
  const { workspace } = spec;
  if (!copying(spec, context).copied || container === undefined)
    return artifactSteps(spec, { folder: workspace.path }, context.artifactsDir);
  return artifactSteps(spec, { container, dir: workspace.dir }, context.artifactsDir ?? workspace.path);
}

/** `artifacts` as a step, when the spec asks for any. `to` undefined: they stay where they are and are only listed. */
export function artifactSteps(spec: Spec, from: ArtifactSource, to: string | undefined): readonly Step[] {
  const { artifacts } = spec;
  if (!artifacts) return [];
  const when = { on_success: 'success', on_failure: 'failure', always: 'always' } as const;
  return [{ kind: 'artifacts', name: 'artifacts', when: when[artifacts.when], from, paths: artifacts.paths, junit: artifacts.junit, to }];
}
