import { Readable } from 'node:stream';
import { RunnerError } from '../../../errors.ts';
import type { Mount, ProbePlan } from '../../../plan/objects.ts';
import { DaemonRefusal } from '../errors.ts';
import type { DaemonClient } from '../http.ts';
import { bodyOf } from './probe-body.ts';
import { listing, matches } from './seen.ts';
import { type LeftSign, left, takeBack } from './sign.ts';

/** See `SelfEngine.probe`. */
export async function probe(client: DaemonClient, plan: ProbePlan): Promise<void> {
  const signs: LeftSign[] = [];
  try {
    for (const [index, { mount, points }] of plan.mounts.entries())
      for (const point of points) signs.push(await left({ mount, index, point }));
    if ('make' in plan.image) await makeImage(client, plan.image.make);
    await create(client, plan);
    for (const sign of signs) {
      if (!(await matches(client, plan.container, sign))) throw await mismatch(client, plan.container, sign);
    }
  } finally {
    await takeBack(signs);
  }
}

/** Where a mount is in the container of the probe. */
const create = (client: DaemonClient, plan: ProbePlan): Promise<void> =>
  client
    .done({
      method: 'POST',
      path: '/containers/create',
      query: { name: plan.container },
      body: bodyOf(plan),
      doing: `create container ${plan.container}`,
    })
    .catch((thrown: unknown) => {
      const [, source] = thrown instanceof DaemonRefusal ? (/bind source path does not exist: (.+)$/.exec(thrown.reason) ?? []) : [];
      const probed = plan.mounts.find(({ mount }) => mount.type === 'bind' && mount.daemonPath === source);
      throw probed ? notThere(probed.mount, thrown) : thrown;
    });

/** An image without a file: everything that is to be seen comes from the mounts. */
const EMPTY_TAR = Buffer.alloc(1024);

async function makeImage(client: DaemonClient, image: string): Promise<void> {
  const [repo, tag] = image.split(':');
  await client.done({
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo, tag },
    tar: async () => Readable.from([EMPTY_TAR]),
    doing: `make image ${image}`,
  });
}

const daemonText = (mount: Mount): string =>
  mount.type === 'bind'
    ? mount.daemonPath
    : mount.type === 'volume'
      ? `volume ${mount.volume}${mount.subpath ? ` (${mount.subpath})` : ''}`
      : 'memory';

const hostText = (mount: Mount): string => (mount.type !== 'tmpfs' ? (mount.hostPath ?? '') : '');

const HINT =
  'Where the daemon has the files under another path, say so in `docker.host_paths`; name the runner’s own container with `--self-container`; or use `workspace.mode: copy`, which shares nothing.';

const notThere = (mount: Mount, cause: unknown): RunnerError =>
  new RunnerError('mount.unreachable', `the daemon does not see ${hostText(mount)}`, {
    detail: [`to it that should be ${daemonText(mount)}`, 'there is no such path where the daemon is'],
    hint: HINT,
    cause,
  });

async function mismatch(client: DaemonClient, container: string, { mount, point, at, says }: LeftSign): Promise<RunnerError> {
  const below = point === '' ? '' : ` below ${point}`;
  return new RunnerError('mount.unreachable', `the daemon sees something else than ${hostText(mount)}${below}`, {
    detail: [
      `to it that should be ${daemonText(mount)}${below}`,
      `the runner sees there ${says}`,
      `the daemon sees there ${await listing(client, container, at)}`,
    ],
    hint: HINT,
  });
}
