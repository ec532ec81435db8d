import type { Emit, Onlooker, RunEvent } from './events.ts';
import { maskEvent } from './mask/mask-event.ts';
import type { Masker } from './masker.ts';
import { StepStreams } from './step-streams.ts';

export interface FanOut {
  /** A returned promise settles when the slowest onlooker has room again. Never throws or rejects. */
  readonly emit: Emit;
  /** Closes every onlooker, also those that were cut off. Never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Tells every onlooker what happens, with the secrets masked: nothing reaches a screen or a disk but through here. Which
 * secrets are too short to be masked is a warning when the run starts.
 *
 * An onlooker that throws or rejects is cut off, and the others hear of it as a warning under its name.
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
  readonly #streams: StepStreams;

  constructor(onlookers: Readonly<Record<string, Onlooker>>, masker: Masker) {
    this.#masker = masker;
    this.#streams = new StepStreams(masker.createStream);
    this.#seats = Object.entries(onlookers).map(([name, onlooker]) => ({ name, onlooker }));
    this.#taken = new Set(this.#seats);
  }

  readonly emit: Emit = (event) => {
    const events = this.#masker.isActive ? this.#masked(event) : [event];
    return this.#tellAll(event.type === 'run.started' ? [...events, ...this.#unmasked()] : events);
  };

  readonly close = async (): Promise<void> => {
    await Promise.all(this.#seats.map((seat) => this.#await(seat, closing(seat.onlooker))));
  };

  #masked(event: RunEvent): readonly RunEvent[] {
    if (event.type !== 'step.output') return [...this.#streams.before(event), maskEvent(event, this.#masker.maskText)];
    const output = this.#streams.through(event);
    return output === undefined ? [] : [output];
  }

  #unmasked(): readonly RunEvent[] {
    return this.#masker.unmasked.map((name) => ({ type: 'run.warning', text: `secret ${name} is too short to be masked` }));
  }

  #tellAll(events: readonly RunEvent[]): Promise<void> | undefined {
    return events.reduce<Promise<void> | undefined>((wait, event) => both(wait, this.#tell(event)), undefined);
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
    return room.catch((error: unknown) => this.#cutOff(seat, error));
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
