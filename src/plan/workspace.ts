import type { Spec } from '../spec/spec.ts';
import { identityPlan } from './identity.ts';
import { resourceName } from './names.ts';
import type { PlanContext } from './pattern.ts';
import type { ArtifactSource, Labels, Mount, Step, Upload } from './plan.ts';

/** How containers see the workspace: the caller's folder itself, or a volume of the run that the first container fills. */
export interface WorkspacePlan {
  readonly mount: Mount;
  readonly steps: readonly Step[];
  /** For the first container that is created. */
  readonly uploads: readonly Upload[];
}

export function workspacePlan(spec: Spec, context: PlanContext, labels: Labels): WorkspacePlan {
  const { path, dir, readOnly, mode, exclude } = spec.workspace;
  if (mode !== 'copy') return { mount: { type: 'bind', hostPath: path, daemonPath: path, target: dir, readOnly }, steps: [], uploads: [] };
  const volume = resourceName(context.run, 'workspace');
  const owner = identityPlan(spec.identity, context.facts.caller, dir).owner ?? { uid: 0, gid: 0 };
  return {
    mount: { type: 'volume', volume, target: dir, readOnly },
    steps: [{ kind: 'volume', name: 'workspace', when: 'success', volume: { name: volume, labels } }],
    uploads: [{ type: 'folder', hostPath: path, target: dir, exclude, owner }],
  };
}

/** The results of containers: out of the copy, or where they are in a bound workspace unless a folder was named. */
export function containerArtifacts(spec: Spec, context: PlanContext, container: string | undefined): readonly Step[] {
  const { workspace } = spec;
  if (workspace.mode !== 'copy' || container === undefined) return artifactSteps(spec, { folder: workspace.path }, context.artifactsDir);
  return artifactSteps(spec, { container, dir: workspace.dir }, context.artifactsDir ?? workspace.path);
}

/** `artifacts` as a step, when the spec asks for any. `to` undefined: they stay where they are and are only listed. */
export function artifactSteps(spec: Spec, from: ArtifactSource, to: string | undefined): readonly Step[] {
  const { artifacts } = spec;
  if (!artifacts) return [];
  const when = { on_success: 'success', on_failure: 'failure', always: 'always' } as const;
  return [{ kind: 'artifacts', name: 'artifacts', when: when[artifacts.when], from, paths: artifacts.paths, junit: artifacts.junit, to }];
}
