import type { OutputStream } from '../engine/ports.ts';
import type { Step } from '../plan/plan.ts';
import { Tail } from './tail.ts';

/** The tails of all steps of a run, for whoever shows a failing step's last lines again. */
export class Tails {
  readonly #tails: Map<string, Tail> = new Map();

  push(step: Step, stream: OutputStream, chunk: Uint8Array): void {
    const tail = this.#tails.get(step.name) ?? new Tail();
    this.#tails.set(step.name, tail);
    tail.push(stream, chunk);
  }

  of(step: string): readonly string[] {
    return this.#tails.get(step)?.lines() ?? [];
  }
}
