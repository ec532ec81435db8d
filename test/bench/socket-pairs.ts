import { type Guarded, guarded } from '../socket/support/guarded.ts';
import type { Pair } from './pair.ts';
import { program } from './programs.ts';

/** The runner has nothing else to do while a step talks to Docker: output goes to nobody, and this process is the guard alone. */
const quietly = (command: string, host: () => string | undefined) => async (): Promise<void> => {
  const named = host();
  await program('sh', ['-c', `${named ? `DOCKER_HOST=${named} ` : ''}${command} >/dev/null`])();
};

/** The same client through a guarded socket and directly; the guard is opened with the first run, and goes with `close`. */
function throughSocket(
  pair: Pick<Pair, 'name' | 'target' | 'pairs'>,
  command: string,
  prepare: (guard: Guarded) => Promise<void> = async () => {},
): Pair {
  let guard: Guarded | undefined;
  const through = quietly(command, () => guard?.url);
  return {
    ...pair,
    a: {
      label: 'guarded',
      async run() {
        if (!guard) {
          guard = await guarded();
          await prepare(guard);
        }
        await through();
      },
    },
    b: { label: 'direct', run: quietly(command, () => undefined) },
    async close() {
      const left = await guard?.end();
      if (left?.length) throw new Error(`left behind: ${left.join(', ')}`);
    },
  };
}

const LOGS = `bench-logs-${process.pid}`;
const FLOOD = 'yes 0123456789012345678901234567890123456789012345678901234567890 | head -c 200000000';

export const SOCKET_PAIRS: Readonly<Record<string, Pair>> = {
  'socket-run': throughSocket(
    { name: '`docker run --rm` through the guarded socket ÷ directly', target: '≤ 1.05', pairs: 30 },
    'docker run --rm busybox:1 true',
  ),
  'socket-logs': throughSocket(
    { name: '`docker logs` of 200 MB through the guarded socket ÷ directly', target: '≤ 1.10', pairs: 5 },
    `docker logs ${LOGS}`,
    async (guard) => {
      await guard.docker('run', '--name', LOGS, '-d', 'busybox:1', 'sh', '-c', FLOOD);
      await guard.docker('wait', LOGS);
    },
  ),
};
