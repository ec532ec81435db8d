import type { Located, SelfEngine } from '../engine/ports/self.ts';
import { errorLines } from '../error-text.ts';
import { toRunnerError } from '../errors.ts';
import type { OwnMount, PathMap } from '../plan/paths.ts';
import { realPath } from './paths-for.ts';

/** Where the runner is, how that was found out, and what the daemon calls its paths. */
export interface SelfDiagnosis {
  readonly located: Located | undefined;
  readonly lines: readonly string[];
}

export async function diagnoseSelf(self: SelfEngine, named: string | undefined): Promise<SelfDiagnosis> {
  try {
    const located = await self.locate({ named, realPath });
    return { located, lines: linesOf(located) };
  } catch (thrown) {
    return { located: undefined, lines: errorLines(toRunnerError(thrown), { colour: false }) };
  }
}

const linesOf = ({ where, tried, paths }: Located): readonly string[] => [
  `the runner is ${where}${paths.seen === 'container' ? `: ${paths.container.name}, ${paths.container.id.slice(0, 12)}` : ''}`,
  ...tried.map(({ method, says }) => `  ${method.padEnd(10)} ${says}`),
  ...mapLines(paths),
];

function mapLines(paths: PathMap): readonly string[] {
  if (paths.seen === 'same') return ['the daemon sees its paths as they are'];
  if (paths.seen === 'unproven') return [paths.why, 'what the daemon sees at a path is proved before it is mounted'];
  const { mounts } = paths.container;
  if (mounts.length === 0) return ['the daemon sees none of its paths: nothing is mounted into this container'];
  return ['the daemon sees of its paths:', ...mounts.map((mount) => `  ${mount.destination} ← ${originText(mount)}`)];
}

function originText({ from, readOnly }: OwnMount): string {
  const mode = readOnly ? ' (read-only)' : '';
  switch (from.type) {
    case 'bind':
      return `${from.daemonPath}${mode}`;
    case 'volume':
      return `volume ${from.volume}${from.subpath && `/${from.subpath}`}${mode}`;
    case 'tmpfs':
      return 'memory, which nobody else sees';
    case 'unlisted':
      return 'mounted by something else than the daemon: proved before it is mounted';
  }
}
