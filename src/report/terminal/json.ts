import type { RunId } from '../../plan/names.ts';
import type { Onlooker, RunEvent } from '../events.ts';
import { recordLine } from '../record.ts';
import { StepStreams } from '../step-streams.ts';
import { WholeCharacters } from '../utf8.ts';
import type { Screen } from './screen.ts';

export interface JsonOptions {
  readonly run: RunId;
  readonly stdout: Screen;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** NDJSON on standard output, one record an event, as docs/log-format.md describes. */
export const jsonRenderer = (options: JsonOptions): Onlooker => new Json(options);

class Json implements Onlooker {
  readonly #options: JsonOptions;
  readonly #streams: StepStreams = new StepStreams(() => new WholeCharacters());

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  on(event: RunEvent): void | Promise<void> {
    const { run, stdout, now } = this.#options;
    if (event.type === 'run.interrupted') stdout.hurry();
    const lines = this.#whole(event).map((each) => recordLine(each, { run, now: now() }));
    return stdout.write(lines.join(''));
  }

  close(): Promise<void> {
    return this.#options.stdout.flush();
  }

  #whole(event: RunEvent): readonly RunEvent[] {
    if (event.type !== 'step.output') return [...this.#streams.before(event), event];
    const output = this.#streams.through(event);
    return output === undefined ? [] : [output];
  }
}
