import { RunnerError } from '../../errors.ts';
import type { ContainerPlan } from '../../plan/plan.ts';
import { bodyOf } from './container-body.ts';
import { DaemonRefusal } from './errors.ts';
import type { DaemonClient } from './http.ts';
import { type PullOptions, pullImage } from './pull.ts';

/** Creates first and pulls only when the daemon misses the image: the usual case costs one request. */
export async function createContainer(client: DaemonClient, plan: ContainerPlan, options: PullOptions): Promise<void> {
  if (plan.pull === 'always') await pullImage(client, plan.image, options);
  try {
    await post(client, plan);
  } catch (refusal) {
    if (plan.pull !== 'missing' || !lacksImage(refusal)) throw createError(refusal, plan);
    await pullImage(client, plan.image, options);
    await post(client, plan).catch((again) => {
      throw createError(again, plan);
    });
  }
}

const post = (client: DaemonClient, plan: ContainerPlan): Promise<void> =>
  client.done({
    method: 'POST',
    path: '/containers/create',
    query: { name: plan.name },
    body: bodyOf(plan),
    doing: `create container ${plan.name}`,
  });

/** Networks and volumes are answered with 404, too. */
const lacksImage = (thrown: unknown): thrown is DaemonRefusal =>
  thrown instanceof DaemonRefusal && thrown.status === 404 && /no such image/i.test(thrown.reason);

function createError(thrown: unknown, plan: ContainerPlan): unknown {
  if (lacksImage(thrown))
    return new RunnerError('image.missing', `there is no image ${plan.image} here`, {
      detail: [...thrown.detail, `pull policy: ${plan.pull}`],
      hint: `Pull or build it first, or set \`docker.pull: missing\`.`,
      cause: thrown,
    });
  const [, source] = thrown instanceof DaemonRefusal ? (/bind source path does not exist: (.+)$/.exec(thrown.reason) ?? []) : [];
  return source ? missingSource(source, plan, thrown as DaemonRefusal) : thrown;
}

function missingSource(source: string, { mounts }: ContainerPlan, cause: DaemonRefusal): RunnerError {
  const mount = mounts.find((candidate) => candidate.type === 'bind' && candidate.daemonPath === source);
  const hostPath = mount?.type === 'bind' ? mount.hostPath : source;
  return new RunnerError('mount.missing', `there is no ${hostPath} to mount${mount ? ` at ${mount.target}` : ''}`, {
    detail: [...(hostPath === source ? [] : [`to the daemon it is ${source}`]), ...cause.detail],
    hint: 'Create it first. If it is there, the daemon is on another machine or in another container: use `workspace.mode: copy`.',
    cause,
  });
}
