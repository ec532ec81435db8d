import path from 'node:path';
import type { PatternName, Spec } from '../spec/spec.ts';
import { runLabels } from './labels.ts';
import { resourceName } from './names.ts';
import type { PlanContext } from './pattern.ts';
import type { ContainerPlan, Mount, ProbedMount, Step } from './plan.ts';
import { pathSetting } from './shared-paths.ts';
import { daemonMounts, doubtfulBelow, isWithin, type PathSetting } from './translate.ts';

/** The steps, after a proof of what they mount: where a path may be another one to the daemon, and only there. */
export function withProbe(steps: readonly Step[], spec: Spec, pattern: PatternName, context: PlanContext): readonly Step[] {
  const { run, facts } = context;
  const { paths } = facts;
  if (paths.seen === 'same') return steps;
  const mounts = probedIn(steps, pathSetting(spec, context)).map((mount) => ({
    mount,
    points: ['', ...doubtfulBelow(mount.hostPath ?? '', paths)],
  }));
  if (mounts.length === 0) return steps;
  const image = paths.seen === 'container' ? { use: paths.container.image } : { make: `runner/probe:${run.replaceAll('-', '')}` };
  const probe = { container: resourceName(run, 'probe'), labels: runLabels(spec, pattern, context), image, daemon: paths.daemon, mounts };
  return [{ kind: 'probe', name: 'probe of mounts', when: 'success', probe }, ...steps];
}

/** The mounts that show something of the runner's, each once, whatever they are called inside. */
function probedIn(steps: readonly Step[], setting: PathSetting): readonly ProbedMount['mount'][] {
  const sockets = steps.flatMap((step) => (step.kind === 'socket' ? [step.socket.folder] : []));
  const all = steps.flatMap(containersOf).flatMap(({ mounts }) => mounts);
  const ours = all.flatMap((mount) => (isOurs(mount) ? probable(mount, sockets, setting) : []));
  return [...new Map(ours.map((mount) => [sourceOf(mount), mount])).values()];
}

const isOurs = (mount: Mount): mount is ProbedMount['mount'] & { readonly hostPath: string } =>
  mount.type !== 'tmpfs' && mount.hostPath !== undefined;

/** A socket is not there yet: the folder that it will be in is. */
function probable(mount: ProbedMount['mount'] & { readonly hostPath: string }, sockets: readonly string[], setting: PathSetting) {
  const folder = sockets.find((one) => isWithin(one, mount.hostPath));
  if (folder === undefined) return [mount];
  return daemonMounts({ hostPath: path.dirname(folder), target: mount.target, readOnly: false }, setting)
    .slice(0, 1)
    .filter(isOurs);
}

const sourceOf = (mount: Mount): string => JSON.stringify({ ...mount, target: '', readOnly: '' });

function containersOf(step: Step): readonly ContainerPlan[] {
  if (step.kind === 'container') return [step.container];
  return step.kind === 'task' && step.place.in === 'container' ? [step.place.container] : [];
}
