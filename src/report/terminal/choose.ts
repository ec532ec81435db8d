import type { Env } from '../../spec/spec.ts';
import type { Grouping } from './groups.ts';

export type ProgressFlag = 'auto' | 'tty' | 'plain' | 'json' | 'quiet';
export type ColourFlag = 'auto' | 'always' | 'never';
export type GroupFlag = 'auto' | Grouping;

/** What the user asked for; `auto` where nothing was said. */
export interface ShowFlags {
  readonly progress: ProgressFlag;
  readonly quiet: boolean;
  readonly color: ColourFlag;
  readonly group: GroupFlag;
}

export interface TerminalFacts {
  readonly env: Env;
  readonly stdoutIsTTY: boolean;
  readonly stderrIsTTY: boolean;
  /** Of standard error; undefined where nobody knows. */
  readonly columns: number | undefined;
}

export interface Showing {
  readonly renderer: Exclude<ProgressFlag, 'auto'>;
  readonly colour: boolean;
  readonly group: Grouping;
}

/** A tree on fewer columns would show nothing but ellipses. */
const NARROWEST_TREE = 20;

/** Which renderer, and how. A live tree needs a terminal on both streams that can move its cursor and is not too narrow. */
export function chooseShowing(flags: ShowFlags, facts: TerminalFacts): Showing {
  return { renderer: rendererFor(flags, facts), colour: isColourWanted(flags.color, facts), group: groupingFor(flags.group, facts.env) };
}

function rendererFor({ progress, quiet }: ShowFlags, facts: TerminalFacts): Showing['renderer'] {
  if (progress === 'json' || progress === 'plain' || progress === 'quiet') return progress;
  if (quiet) return 'quiet';
  const isWanted = progress === 'tty' || !isSet(facts.env['CI']);
  return isWanted && canAnimate(facts) ? 'tty' : 'plain';
}

function canAnimate({ env, stdoutIsTTY, stderrIsTTY, columns }: TerminalFacts): boolean {
  /** Some terminals say 0 when they do not know. */
  const isWide = columns === undefined || columns === 0 || columns >= NARROWEST_TREE;
  return stdoutIsTTY && stderrIsTTY && isWide && env['TERM'] !== 'dumb';
}

/** https://no-color.org and https://force-color.org; the logs of GitLab and GitHub show colours though they are no terminals. */
function isColourWanted(flag: ColourFlag, { env, stderrIsTTY }: TerminalFacts): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return isSet(env['FORCE_COLOR']);
  if (env['TERM'] === 'dumb') return false;
  return stderrIsTTY || groupingFor('auto', env) !== 'none';
}

function groupingFor(flag: GroupFlag, env: Env): Grouping {
  if (flag !== 'auto') return flag;
  if (isSet(env['GITLAB_CI'])) return 'gitlab';
  return isSet(env['GITHUB_ACTIONS']) ? 'github' : 'none';
}

const isSet = (value: string | undefined): boolean => value !== undefined && !['', '0', 'false'].includes(value);
