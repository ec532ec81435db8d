import type { RunEvent } from './events.ts';
import type { EventOf } from './reactions.ts';

/** Lets bytes through, changed or later. */
export interface ByteStage {
  push(chunk: Uint8Array): Uint8Array;
  /** What it still holds; afterwards it starts anew. */
  flush(): Uint8Array;
}

type Output = EventOf<'step.output'>;

/** Which stream of which step. */
export type StreamOf = Omit<Output, 'chunk'>;

/** Nothing to do: the bytes themselves, not a copy of them. */
export class PassThrough implements ByteStage {
  push(chunk: Uint8Array): Uint8Array {
    return chunk;
  }

  flush(): Uint8Array {
    return new Uint8Array();
  }
}

/** One stage for each stream of each step, so that what one holds back never gets into another. */
export class StepStreams {
  readonly #createStage: (of: StreamOf) => ByteStage;
  readonly #open: Map<string, { readonly stage: ByteStage; readonly of: StreamOf }> = new Map();

  constructor(createStage: (of: StreamOf) => ByteStage) {
    this.#createStage = createStage;
  }

  /** The output that may go on; undefined when all of it is held back. */
  through(event: Output): Output | undefined {
    const key = `${event.stream} ${event.step.name}`;
    const open = this.#open.get(key) ?? this.#opened(event);
    this.#open.set(key, open);
    const chunk = open.stage.push(event.chunk);
    if (chunk.length === 0) return undefined;
    return chunk === event.chunk ? event : { ...open.of, chunk };
  }

  /** What was held back and must come before this event, for it says that no more will follow. */
  before(event: RunEvent): readonly Output[] {
    const ended = endedStep(event);
    if (ended === undefined) return [];
    const over = [...this.#open.values()].filter((open) => ended === EVERY_STEP || open.of.step.name === ended);
    return over.map(({ stage, of }) => ({ ...of, chunk: stage.flush() })).filter(({ chunk }) => chunk.length > 0);
  }

  #opened({ type, step, stream }: Output): { readonly stage: ByteStage; readonly of: StreamOf } {
    const of: StreamOf = { type, step, stream };
    return { stage: this.#createStage(of), of };
  }
}

const EVERY_STEP: unique symbol = Symbol('every step');

/** An attempt that starts ends the one before it. */
function endedStep(event: RunEvent): string | typeof EVERY_STEP | undefined {
  if (event.type === 'run.ended') return EVERY_STEP;
  return event.type === 'step.ended' || event.type === 'step.started' ? event.step.name : undefined;
}
