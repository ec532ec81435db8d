import type { OutputStream } from '../engine/ports.ts';
import type { Step } from '../plan/plan.ts';
import type { Emit, Onlooker, RunEvent } from './events.ts';
import { maskEvent } from './mask/mask-event.ts';
import type { MaskedStream, Masker } from './masker.ts';
import { Patience } from './patience.ts';
import type { EventOf } from './reactions.ts';

export interface FanOut {
  /** A returned promise settles when the slowest onlooker has room again. Never throws or rejects. */
  readonly emit: Emit;
  /** Closes every onlooker, also those that were cut off. Never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Tells every onlooker what happens, with the secrets masked: nothing reaches a screen or a disk but through here.
 *
 * An onlooker that throws or rejects is cut off, and the others hear of it as a warning under its name. After an
 * interrupt, one that makes the run wait for more than a second is cut off as well.
 */
export const fanOut = (onlookers: Readonly<Record<string, Onlooker>>, masker: Masker): FanOut => new Audience(onlookers, masker);

interface Seat {
  readonly name: string;
  readonly onlooker: Onlooker;
}

class Audience implements FanOut {
  readonly #masker: Masker;
  readonly #seats: readonly Seat[];
  readonly #taken: Set<Seat>;
  readonly #patience: Patience = new Patience();
  readonly #streams: Map<string, { readonly step: Step; readonly stream: OutputStream; readonly masked: MaskedStream }> = new Map();

  constructor(onlookers: Readonly<Record<string, Onlooker>>, masker: Masker) {
    this.#masker = masker;
    this.#seats = Object.entries(onlookers).map(([name, onlooker]) => ({ name, onlooker }));
    this.#taken = new Set(this.#seats);
  }

  readonly emit: Emit = (event) => {
    if (event.type === 'step.output') return this.#emitOutput(event);
    const flushed = this.#flush(event);
    const told = this.#tell(this.#masker.isActive ? maskEvent(event, this.#masker.maskText) : event);
    if (event.type === 'run.interrupted') this.#patience.shorten();
    return both(flushed, told);
  };

  readonly close = async (): Promise<void> => {
    await Promise.all(this.#seats.map((seat) => this.#await(seat, closing(seat.onlooker))));
  };

  #emitOutput(event: EventOf<'step.output'>): Promise<void> | undefined {
    if (!this.#masker.isActive) return this.#tell(event);
    const { step, stream } = event;
    const key = `${stream} ${step.name}`;
    const open = this.#streams.get(key) ?? { step, stream, masked: this.#masker.createStream() };
    this.#streams.set(key, open);
    return this.#tellOutput({ ...event, chunk: open.masked.push(event.chunk) });
  }

  /** What was held back comes before the news that nothing more will follow. */
  #flush(event: RunEvent): Promise<void> | undefined {
    const isOver = (step: Step): boolean =>
      event.type === 'run.ended' || ((event.type === 'step.ended' || event.type === 'step.started') && event.step.name === step.name);
    let wait: Promise<void> | undefined;
    for (const { step, stream, masked } of this.#streams.values()) {
      if (isOver(step)) wait = both(wait, this.#tellOutput({ type: 'step.output', step, stream, chunk: masked.flush() }));
    }
    return wait;
  }

  #tellOutput(event: EventOf<'step.output'>): Promise<void> | undefined {
    return event.chunk.length === 0 ? undefined : this.#tell(event);
  }

  #tell(event: RunEvent): Promise<void> | undefined {
    let wait: Promise<void> | undefined;
    for (const seat of this.#taken) {
      try {
        const room = seat.onlooker.on(event);
        if (room !== undefined) wait = both(wait, this.#await(seat, room));
      } catch (error) {
        this.#cutOff(seat, error);
      }
    }
    return wait;
  }

  #await(seat: Seat, room: Promise<void>): Promise<void> {
    const settled = room.catch((error: unknown) => this.#cutOff(seat, error));
    return this.#patience.until(settled, () => this.#cutOff(seat, new Error('it took no more output')));
  }

  #cutOff(seat: Seat, error: unknown): void {
    if (!this.#taken.delete(seat)) return;
    const reason = error instanceof Error ? error.message : String(error);
    void this.#tell({ type: 'run.warning', text: `the ${seat.name} was given up: ${reason}` });
  }
}

/** A `close` that throws at once becomes one that rejects. */
const closing = async (onlooker: Onlooker): Promise<void> => onlooker.close();

function both(one: Promise<void> | undefined, other: Promise<void> | undefined): Promise<void> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Promise.all([one, other]).then(() => {});
}
