import { RunnerError } from '../../errors.ts';

/** Completes what is known about a process that could not be started. */
export interface StartFailure {
  readonly image: string;
  readonly program: string;
  /** The words of the daemon, the OCI runtime or the init process. */
  readonly reason: string;
  readonly cause?: unknown;
}

/** Why a process could not be started, in terms of its image and its command. */
export function startError({ image, program, reason, cause }: StartFailure): RunnerError {
  const known = KNOWN.find(({ pattern }) => pattern.test(reason));
  const { code, text, hint } = known ?? OTHER;
  return new RunnerError(code, text(image, program), { detail: [`reason: ${reason.trim()}`], hint, cause });
}

interface Known {
  readonly pattern: RegExp;
  readonly code: 'image.no-shell' | 'docker.failed';
  readonly text: (image: string, program: string) => string;
  readonly hint: string;
}

const OTHER: Omit<Known, 'pattern'> = {
  code: 'docker.failed',
  text: (image, program) => `${program} could not be started in the image ${image}`,
  hint: 'Try the same with `docker run` by hand.',
};

/** In this order: folders, mounts and programs are missed with much the same words. */
const KNOWN: readonly Known[] = [
  {
    pattern: /docker-init/,
    code: 'docker.failed',
    text: () => 'the daemon has no init process to start containers with',
    hint: 'Install tini beside the daemon, or set `docker.init: false`.',
  },
  {
    pattern: /unable to find (user|group)|no matching entries in (passwd|group) file/i,
    code: 'docker.failed',
    text: (image) => `the image ${image} does not know the user it is to run as`,
    hint: 'Give `identity` as numbers, like "1000:1000".',
  },
  {
    pattern: /chdir to cwd|mkdir .*not a directory/i,
    code: 'docker.failed',
    text: (image) => `the working folder cannot be entered in the image ${image}`,
    hint: 'Check `dir` of the step, and that its user may enter it.',
  },
  {
    pattern: /error mounting/i,
    code: 'docker.failed',
    text: (image) => `a mount could not be made in the image ${image}`,
    hint: 'Check that source and target of the mount are both folders, or both files.',
  },
  {
    pattern: /executable file not found|exec\b.*no such file or directory/is,
    code: 'image.no-shell',
    text: (image, program) => `the image ${image} has no ${program}`,
    hint: 'Use an image that has it, or name another program in `shell`.',
  },
  {
    pattern: /exec\b.*(permission denied|exec format error)/is,
    code: 'image.no-shell',
    text: (image, program) => `${program} of the image ${image} cannot be executed here`,
    hint: 'Check that it is a program, for this machine’s architecture.',
  },
];
