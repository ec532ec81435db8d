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

/** In this order: a missing folder is told with the same words as a missing program. */
const KNOWN: readonly Known[] = [
  {
    pattern: /unable to find (user|group)|no matching entries in (passwd|group) file/i,
    code: 'docker.failed',
    text: (image) => `the image ${image} does not know the user it is to run as`,
    hint: 'Give `identity` as numbers, like "1000:1000".',
  },
  {
    pattern: /chdir to cwd|mkdir .*not a directory/i,
    code: 'docker.failed',
    text: (image) => `the working folder does not exist in the image ${image}`,
    hint: 'Check `dir` of the step, or create the folder in a step before.',
  },
  {
    pattern: /executable file not found|no such file or directory/i,
    code: 'image.no-shell',
    text: (image, program) => `the image ${image} has no ${program}`,
    hint: 'Use an image that has it, or name another program in `shell`.',
  },
  {
    pattern: /permission denied|exec format error/i,
    code: 'image.no-shell',
    text: (image, program) => `${program} of the image ${image} cannot be executed here`,
    hint: 'Check that it is a program, for this machine’s architecture.',
  },
];
