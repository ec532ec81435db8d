import * as v from 'valibot';
import { ABSOLUTE, byKey, byShape, flag, list, mapOf, matching, oneOf, type Schema, section, text } from './kinds.ts';
import type { DockerSpec, NetworkSpec } from './spec.ts';

const capability = { like: /^(?:CAP_)?[A-Z_]+$/, rule: 'a capability such as NET_ADMIN, or ALL' };

/** Settings of every container of the run. */
export const dockerSchema: Schema<DockerSpec> = v.pipe(
  section('Settings of every container of the run.', {
    pull: v.optional(oneOf('When images are pulled.', ['always', 'missing', 'never']), 'missing'),
    init: v.optional(flag('Whether a small init runs as process 1, so that signals and orphans are handled.'), true),
    container_per: v.optional(
      oneOf('For `serial`: a container for each step, or one for all steps in a row that have the same image, one exec a step.', [
        'step',
        'image',
      ]),
      'step',
    ),
    privileged: v.optional(flag('Whether containers may do anything to this machine. Needs the policy `privileged`.'), false),
    cap_add: v.optional(list('Capabilities to add. Need the policy `capabilities`.', matching('A capability.', capability)), () => []),
    cap_drop: v.optional(list('Capabilities to drop; [ALL] for the strict.', matching('A capability.', capability)), () => []),
    devices: v.optional(
      list(
        'Devices of this machine. Need the policy `devices`.',
        matching('`/dev/x`, or `/dev/x:/dev/y:rwm`.', {
          like: /^\/dev\/[^:]+(?::\/[^:]+)?(?::[rwm]{1,3})?$/,
          rule: 'a device such as /dev/fuse or /dev/kvm:/dev/kvm:rw',
        }),
      ),
      () => [],
    ),
    read_only: v.optional(flag('Whether the root file system of the containers is read-only.'), false),
    runtime: v.optional(text('An OCI runtime that the daemon knows, such as runsc.')),
    socket: v.optional(oneOf('The Docker socket the steps get. `raw` needs the policy `socket`.', ['none', 'guarded', 'raw'])),
    host_paths: v.optional(
      mapOf(
        'By hand: a path as the runner sees it to the same as the daemon sees it. Needs the policy `host-mounts`.',
        matching('A path of the runner.', ABSOLUTE),
        matching('A path of the daemon.', ABSOLUTE),
      ),
      () => ({}),
    ),
  }),
  v.transform(({ cap_add, cap_drop, container_per, read_only, host_paths, runtime, socket, ...docker }) => ({
    ...docker,
    containerPer: container_per,
    capAdd: cap_add,
    capDrop: cap_drop,
    readOnly: read_only,
    hostPaths: host_paths,
    runtime,
    socket,
  })),
);

/** The network of the steps. */
export const networkSchema: Schema<NetworkSpec> = byShape<NetworkSpec>(
  'The network of the steps.',
  'one of job, none, host, default, or a mapping',
  {
    text: v.pipe(
      oneOf('`job` is a private network with names, `default` the bridge of Docker; `host` needs the policy `host-network`.', [
        'job',
        'none',
        'host',
        'default',
      ]),
      v.transform((type): NetworkSpec => (type === 'job' ? { type, steps: 'shared' } : { type })),
    ),
    mapping: byKey<NetworkSpec>('An existing network, or how the steps share the network of the job.', {
      name: v.pipe(
        section('A network that exists. Needs the policy `host-network`.', {
          name: text('Its name.'),
        }),
        v.transform(({ name }) => ({ type: 'existing' as const, name })),
      ),
      steps: v.pipe(
        section('The private network of the job.', {
          steps: oneOf('`shared`: one address for all steps, as in a pod. `isolated`: one for each.', ['shared', 'isolated']),
        }),
        v.transform(({ steps }) => ({ type: 'job' as const, steps })),
      ),
    }),
  },
);
