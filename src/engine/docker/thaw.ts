import { DaemonRefusal } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';
import { inspectContainer } from './inspect.ts';

/** Docker killed it, and it did not end. */
export const isUnkillable = (thrown: unknown): thrown is DaemonRefusal =>
  thrown instanceof DaemonRefusal && /did not receive an exit event/i.test(thrown.reason);

const PATIENCE_MS = 10_000;
/** Thaws whatever of the container is frozen, and fails when nothing could be. */
const SCRIPT = `code=1
for state in $(find /cgroup -path "*$CONTAINER*" -name freezer.state -exec grep -L THAWED {} +); do
  echo THAWED >"$state" && code=0
done
exit $code`;

/**
 * Lets a container end that holds frozen processes. A runtime in it (a node's, or a private daemon's) freezes a container of its own while
 * it sets it up; killed right then, it leaves it frozen, and under control groups of version 1 what is frozen takes no signal, KILL
 * neither: the container around it never ends, and Docker gives up after twelve seconds, as often as it is asked. So a container of the
 * same image and labels, with the machine's control groups, thaws it. Only privileged containers can have got into that. It was three of
 * 400 clusters whose runners were killed at random (docs/decisions/0038). False: nothing was frozen, or that could not be found out.
 */
export async function thaw(client: DaemonClient, name: string): Promise<boolean> {
  const helper = `${name}-thaw`;
  const path = `/containers/${segment(helper)}`;
  const removed = (): Promise<void> =>
    client.done({ method: 'DELETE', path, query: { force: 1, v: 1 }, doing: `remove container ${helper}` }).catch(() => {});
  try {
    const { Id, Image, Config, HostConfig } = await inspectContainer(client, name);
    if (!HostConfig.Privileged) return false;
    await removed();
    await client.done({
      method: 'POST',
      path: '/containers/create',
      query: { name: helper },
      body: {
        Image,
        Entrypoint: ['sh', '-c', SCRIPT],
        User: '0:0',
        Env: [`CONTAINER=${Id}`],
        Labels: Config.Labels ?? {},
        HostConfig: { Privileged: true, CgroupnsMode: 'host', UsernsMode: 'host', NetworkMode: 'none', Binds: ['/sys/fs/cgroup:/cgroup'] },
      },
      doing: `create container ${helper}`,
    });
    await client.done({ method: 'POST', path: `${path}/start`, doing: `start container ${helper}` });
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { StatusCode } = await client.json<{ StatusCode: number }>({
      method: 'POST',
      path: `${path}/wait`,
      signal,
      doing: `wait for ${helper}`,
    });
    return StatusCode === 0;
  } catch {
    // What the daemon said of the container itself is the error to tell.
    return false;
  } finally {
    await removed();
  }
}
