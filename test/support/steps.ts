import type { ContainerPlan, Step, StepOf } from '../../src/plan/plan.ts';

interface Changes extends Partial<Pick<StepOf<'task'>, 'when' | 'timeoutMs' | 'retry' | 'allowFailure' | 'wave'>> {
  /** The last word of the command, by which a fake daemon knows what to do. */
  readonly script?: string;
  readonly role?: 'holder' | 'service' | 'daemon';
}

/** A step of the user in a container of its own. */
export const task = (name: string, { script = 'ok', role: _, ...changes }: Changes = {}): Step => ({
  kind: 'task',
  name,
  when: 'success',
  place: { in: 'container', container: containerPlan(name, script) },
  retry: { max: 0, on: [] },
  allowFailure: false,
  ...changes,
});

/** A container beside the steps. */
export const container = (name: string, { script = 'ok', role = 'service', wave }: Changes = {}): Step => ({
  kind: 'container',
  name,
  when: 'success',
  role,
  container: containerPlan(name, script),
  ...(wave === undefined ? {} : { wave }),
});

export const containerPlan = (name: string, script: string): ContainerPlan => ({
  name: `test-${name}`,
  image: 'busybox:1',
  pull: 'missing',
  entrypoint: ['sh'],
  command: ['-c', script],
  env: {},
  groups: [],
  mounts: [],
  uploads: [],
  network: { type: 'default' },
  resources: { cpus: undefined, memoryBytes: undefined, pids: undefined, gpus: 'none' },
  init: true,
  privileged: false,
  capAdd: [],
  capDrop: [],
  devices: [],
  readOnly: false,
  labels: { 'dev.runner.run': '01930000-0000-7000-8000-000000000000' },
  stdin: 'none',
});
