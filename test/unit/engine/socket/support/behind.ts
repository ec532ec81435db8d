import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../../../../src/engine/connect.ts';
import type { RunId } from '../../../../../src/plan/names.ts';
import { type SocketPlan, socketIn } from '../../../../../src/plan/socket.ts';
import { type RecordingDaemon, recordingDaemon } from './recording-daemon.ts';

export const RUN = '01930000-0000-7000-8000-000000000000' as RunId;

export interface Behind {
  readonly daemon: RecordingDaemon;
  readonly socketPath: string;
  readonly booked: string[];
  close(): Promise<{ readonly cut: boolean }>;
}

/** A guarded socket in front of a daemon that only writes down. */
export async function guardedRecording(changes: Partial<SocketPlan> = {}): Promise<Behind> {
  const daemon = await recordingDaemon(RUN);
  const folder = await mkdtemp(path.join(tmpdir(), 'guarded-'));
  const booked: string[] = [];
  const plan: SocketPlan = {
    run: RUN,
    folder,
    labels: { 'dev.runner.run': RUN, 'dev.runner.name': 'fuzz' },
    network: 'job-own',
    mounts: [{ type: 'bind', hostPath: '/home/u/project', daemonPath: '/home/u/project', target: '/workspace', readOnly: false }],
    allowed: [],
    ...changes,
  };
  const { sockets } = connect({ environment: { DOCKER_HOST: daemon.url }, context: undefined });
  const open = await sockets.open(plan, { own: async ({ name }) => void booked.push(name), removed: () => {} });
  return {
    daemon,
    socketPath: socketIn(folder),
    booked,
    async close() {
      const closed = await open.close();
      await daemon.close();
      await rm(folder, { recursive: true, force: true });
      return closed;
    },
  };
}
