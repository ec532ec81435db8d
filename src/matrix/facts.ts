import type { ContainerPlan, Mount, Plan } from '../plan/plan.ts';
import type { PatternName } from '../spec/spec.ts';

/** What a pattern needs on the machine, whatever the spec says. */
const PREREQUISITES: Readonly<Record<PatternName, readonly string[]>> = {
  host: ['sh', 'every tool that the steps call'],
  single: ['Docker'],
  serial: ['Docker'],
  sibling: ['Docker'],
  dind: ['Docker', 'privileged containers'],
  kind: ['Docker', 'kind', 'privileged containers'],
  vm: ['QEMU'],
  job: ['a Kubernetes cluster'],
};

export const prerequisitesOf = ({ pattern, steps }: Plan): readonly string[] => [
  ...PREREQUISITES[pattern],
  ...(steps.some(({ kind }) => kind === 'helm') ? ['helm'] : []),
];

/** What a pattern hands out by its nature. */
const BY_NATURE: Readonly<Partial<Record<PatternName, readonly string[]>>> = {
  host: ['everything that you may do on this machine'],
  dind: ['a privileged container for the daemon'],
  kind: ['privileged containers for the nodes'],
};

/** The powers over this machine that a plan hands to the steps, a phrase each. */
export function privilegesOf(plan: Plan): readonly string[] {
  const containers = plan.steps.flatMap((step) => {
    if (step.kind === 'container') return [step.container];
    return step.kind === 'task' && step.place.in === 'container' ? [step.place.container] : [];
  });
  const sockets = plan.steps.some(({ kind }) => kind === 'socket') ? ['containers on the daemon of this machine'] : [];
  return [...new Set([...(BY_NATURE[plan.pattern] ?? []), ...sockets, ...containers.flatMap((one) => ofContainer(one, plan))])];
}

const ofContainer = ({ privileged, capAdd, devices, network, mounts }: ContainerPlan, { run }: Pick<Plan, 'run'>): readonly string[] => [
  ...(privileged ? ['privileged containers'] : []),
  ...capAdd.map((capability) => `capability ${capability}`),
  ...devices.map((device) => `device ${device}`),
  ...(network.type === 'host' ? ['the network of this machine'] : []),
  ...mounts.flatMap((mount) => ofMount(mount, run)),
];

/** What the run itself makes, and removes, is no part of the machine. */
function ofMount(mount: Mount, run: string): readonly string[] {
  if (mount.type !== 'bind' || mount.hostPath.includes(run)) return [];
  return [`${mount.readOnly ? 'reading' : 'writing'} ${mount.hostPath}`];
}

/** Images that the plan names, each once; those that the run makes itself are named in its Dockerfiles. */
export function imagesOf(plan: Plan): readonly string[] {
  const made = new Set(plan.steps.flatMap((step) => (step.kind === 'build' ? [step.build.tag] : [])));
  const used = plan.steps.flatMap((step) => {
    if (step.kind === 'container') return [step.container.image];
    return step.kind === 'task' && step.place.in === 'container' ? [step.place.container.image] : [];
  });
  return [...new Set(used)].filter((image) => !made.has(image));
}

/** The images that a Dockerfile starts from, without its own stages. */
export function basesOf(dockerfile: string): readonly string[] {
  const froms = [...dockerfile.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gim)];
  const stages = new Set(froms.map(([, , stage]) => stage?.toLowerCase()));
  return [...new Set(froms.map(([, image]) => image as string))].filter((image) => image !== 'scratch' && !stages.has(image.toLowerCase()));
}

export const isPinned = (image: string): boolean => /@sha256:[a-f0-9]{64}$/.test(image);

/** Blocks that only one pattern reads. */
const OWN_BLOCK: Readonly<Record<string, PatternName>> = { kind: 'kind', vm: 'vm', job: 'job' };

/** Lines that say something: no blank lines, no comments, no blocks of other patterns. */
export function specLines(text: string, pattern: PatternName): number {
  let block = '';
  return text.split('\n').filter((line) => {
    block = /^([a-z_]+):/.exec(line)?.[1] ?? (/^\S/.test(line) ? '' : block);
    const owner = OWN_BLOCK[block];
    return !/^\s*(?:#.*)?$/.test(line) && (owner === undefined || owner === pattern);
  }).length;
}
