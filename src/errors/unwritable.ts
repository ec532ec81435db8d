import { RunnerError } from '../errors.ts';

/** Why the runner's state can't be written, and what to do: `host.disk-full` or `state.unwritable`. */
export function unwritable(folder: string, cause: unknown): RunnerError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const detail = [cause instanceof Error ? cause.message : String(cause)];
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = `Make room (\`df -h ${folder}\`), or point RUNNER_STATE_DIR to a bigger disk.`;
    return new RunnerError('host.disk-full', `there is no room for the runner's state in ${folder}`, { detail, cause, hint });
  }
  return new RunnerError('state.unwritable', `the runner's state can't be written to ${folder}`, {
    detail,
    cause,
    hint: 'Check who owns the folder and whether its file system is mounted read-only, or point RUNNER_STATE_DIR to another one.',
  });
}
