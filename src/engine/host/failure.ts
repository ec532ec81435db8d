import { RunnerError } from '../../errors.ts';

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** `ENOENT` and the like, of whatever was thrown. */
export const systemCodeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;

/** A failed system call as `host.disk-full` or `host.failed`; `what` says what could not be done, with its path. */
export function hostFailure(what: string, cause: unknown): RunnerError {
  const code = systemCodeOf(cause) ?? '';
  const detail = [cause instanceof Error ? cause.message : String(cause)];
  if (FULL.has(code)) {
    return new RunnerError('host.disk-full', what, {
      detail,
      cause,
      hint: 'Make room there (`df -h`, quotas), or set TMPDIR to a bigger disk.',
    });
  }
  return new RunnerError('host.failed', what, { detail, cause, ...(HINT[code] === undefined ? {} : { hint: HINT[code] }) });
}

const HINT: Readonly<Record<string, string>> = {
  EACCES: 'Check who owns it and its mode (`ls -ld`), and who the runner runs as (`id`).',
  EPERM: 'Check who owns it (`ls -ld`) and whether it is immutable (`lsattr -d`).',
  EROFS: 'The file system is mounted read-only; use another folder.',
  EMFILE: 'Raise the limit on open files (`ulimit -n`).',
  EAGAIN: 'Raise the limit on processes (`ulimit -u`), or run fewer jobs at once.',
};
