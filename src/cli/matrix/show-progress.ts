import { isBad, type Progress } from '../../matrix/progress.ts';
import type { TrialEnded } from '../../matrix/results/records.ts';
import type { Trial } from '../../matrix/schedule.ts';
import { printable } from '../../terminal-text.ts';
import type { World } from '../world.ts';

/** A log gets a line so often at most, and one for each failure. */
const QUIET_MS = 10_000;

export interface Shown {
  started(trial: Trial): void;
  ended(result: TrialEnded): void;
  /** Ends the line that is drawn again and again. */
  close(): void;
}

/** On a terminal one line that is drawn again and again, with failures above it; elsewhere a line now and then. */
export function showProgress({ stderr, clock }: World, progress: Progress, quiet: boolean): Shown {
  const isLive = stderr.isTTY && !quiet;
  let toldMs = Number.NEGATIVE_INFINITY;
  const say = (text: string): void => void stderr.write(text);
  const draw = (): void => {
    if (!isLive) return;
    const text = `${progress.text(clock.now())}${progress.running === '' ? '' : `; now ${progress.running}`}`;
    say(`\r\u001b[2K${printable(text).slice(0, (stderr.columns ?? 80) - 1)}`);
  };
  return {
    started(trial) {
      progress.started(trial);
      draw();
    },
    ended(result) {
      progress.ended(result);
      const isDue = clock.elapsed() - toldMs >= QUIET_MS;
      if (isLive ? isBad(result) : !quiet && (isDue || isBad(result))) {
        say(`${isLive ? '\r\u001b[2K' : ''}${printable(progress.text(clock.now()))}\n`);
        toldMs = clock.elapsed();
      }
      draw();
    },
    close: () => (isLive ? say('\r\u001b[2K') : undefined),
  };
}
