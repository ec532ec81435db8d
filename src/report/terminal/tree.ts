import type { Colours } from '../../terminal-text.ts';
import type { Phase } from '../events.ts';
import { durationText } from '../words.ts';
import type { Row } from './live-region.ts';

export interface RunningStep {
  readonly name: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly startedAt: number;
  readonly progress: string | undefined;
  /** Its last lines, oldest first. */
  readonly lastLines: (most: number) => readonly string[];
}

/** What a run looks like at one moment. */
export interface Moment {
  readonly name: string;
  readonly phase: Phase;
  readonly startedAt: number;
  readonly now: number;
  readonly running: readonly RunningStep[];
  /** Names of the tasks to come. */
  readonly waiting: readonly string[];
}

const MOST_LAST_LINES = 6;
const MOST_WAITING = 4;

/** The rows of a live tree, at most `height`: what runs, with its last lines; what is to come; how long all has taken. */
export function treeRows(moment: Moment, { height, colours }: { readonly height: number; readonly colours: Colours }): readonly Row[] {
  const { running, now } = moment;
  const footer: Row = { text: `${moment.name}: ${moment.phase}, ${durationText(now - moment.startedAt)}`, paint: colours.dim };
  const shown = running.slice(0, height - 1);
  const waiting = waitingRows(moment.waiting, height - 1 - shown.length, colours);
  const spare = height - 1 - shown.length - waiting.length;
  const linesEach = Math.min(MOST_LAST_LINES, Math.floor(spare / Math.max(1, shown.length)));
  return [...shown.flatMap((step) => stepRows(step, { now, linesEach, colours })), ...waiting, footer];
}

interface StepOptions {
  readonly now: number;
  readonly linesEach: number;
  readonly colours: Colours;
}

function stepRows({ name, startedAt, progress, lastLines }: RunningStep, { now, linesEach, colours }: StepOptions): readonly Row[] {
  const news = progress === undefined ? '' : `  ${progress}`;
  const title: Row = { text: `▸ ${name} ${durationText(now - startedAt)}${news}`, paint: colours.cyan };
  const lines = linesEach === 0 ? [] : lastLines(linesEach);
  return [title, ...lines.map((line): Row => ({ text: `  │ ${line}`, paint: colours.dim }))];
}

function waitingRows(names: readonly string[], room: number, { dim }: Colours): readonly Row[] {
  const most = Math.min(MOST_WAITING, room);
  if (names.length <= most) return names.map((name) => ({ text: `· ${name}`, paint: dim }));
  if (most < 1) return [];
  const rest = names.length - (most - 1);
  return [...names.slice(0, most - 1).map((name) => ({ text: `· ${name}`, paint: dim })), { text: `· ${rest} more`, paint: dim }];
}
