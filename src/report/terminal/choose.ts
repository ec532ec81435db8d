import { RunnerError } from '../../errors.ts';
import type { Env } from '../../spec/spec.ts';
import type { Grouping } from './groups.ts';
import type { Screen } from './screen.ts';

/** What was asked for, by flags or settings; undefined where nothing was said, which is `auto`. */
export interface DisplayRequest {
  readonly progress: string | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: string | undefined;
  readonly group: string | undefined;
  readonly timestamps: boolean;
}

/** How a run is shown. */
export interface Display {
  readonly renderer: 'tty' | 'plain' | 'json' | 'quiet';
  readonly colour: boolean;
  readonly group: Grouping;
  readonly verbose: boolean;
  readonly timestamps: boolean;
}

export interface DisplayFacts {
  readonly request: DisplayRequest;
  readonly environment: Env;
  readonly stdout: Pick<Screen, 'isTTY'>;
  readonly stderr: Pick<Screen, 'isTTY' | 'columns'>;
}

/** A tree on fewer columns would show nothing but ellipses. */
const NARROWEST_TREE = 20;

/**
 * Which renderer, and how. A live tree needs a terminal on both streams that can move its cursor and is not too narrow.
 * Throws `usage.invalid` for a word that is none of the choices.
 */
export function chooseDisplay(facts: DisplayFacts): Display {
  const { verbose, timestamps } = facts.request;
  return { renderer: rendererFor(facts), colour: isColourWanted(facts), group: groupingFor(facts), verbose, timestamps };
}

function rendererFor(facts: DisplayFacts): Display['renderer'] {
  const { request, environment } = facts;
  const asked = oneOf('progress', request.progress, ['auto', 'tty', 'plain', 'json', 'quiet']);
  if (asked === 'json' || asked === 'plain' || asked === 'quiet') return asked;
  if (request.quiet) return 'quiet';
  const isWanted = asked === 'tty' || !isSet(environment['CI']);
  return isWanted && canAnimate(facts) ? 'tty' : 'plain';
}

function canAnimate({ environment, stdout, stderr }: DisplayFacts): boolean {
  /** Some terminals say 0 when they do not know. */
  const isWide = !stderr.columns || stderr.columns >= NARROWEST_TREE;
  return stdout.isTTY && stderr.isTTY && isWide && environment['TERM'] !== 'dumb';
}

/** https://no-color.org and https://force-color.org; the logs of GitLab and GitHub show colours though they are no terminals. */
function isColourWanted({ request, environment, stderr }: DisplayFacts): boolean {
  const asked = oneOf('color', request.color, ['auto', 'always', 'never']);
  if (asked !== 'auto') return asked === 'always';
  if (environment['NO_COLOR']) return false;
  if (environment['FORCE_COLOR'] !== undefined) return isSet(environment['FORCE_COLOR']);
  if (environment['TERM'] === 'dumb') return false;
  return stderr.isTTY || groupingOf(environment) !== 'none';
}

function groupingFor({ request, environment }: DisplayFacts): Grouping {
  const asked = oneOf('group', request.group, ['auto', 'gitlab', 'github', 'none']);
  return asked === 'auto' ? groupingOf(environment) : asked;
}

function groupingOf(environment: Env): Grouping {
  if (isSet(environment['GITLAB_CI'])) return 'gitlab';
  return isSet(environment['GITHUB_ACTIONS']) ? 'github' : 'none';
}

function oneOf<T extends string>(name: string, asked: string | undefined, choices: readonly [T, ...T[]]): T {
  const choice = asked === undefined ? choices[0] : choices.find((each) => each === asked);
  if (choice !== undefined) return choice;
  throw new RunnerError('usage.invalid', `${name} can't be ${asked}`, { hint: `Use one of ${choices.join(', ')}.` });
}

const isSet = (value: string | undefined): boolean => value !== undefined && !['', '0', 'false'].includes(value);
