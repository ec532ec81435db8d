import type { ByteStage } from '../step-streams.ts';
import type { Automaton } from './automaton.ts';

const MASK: Uint8Array = Buffer.from('***');
const NOTHING: Uint8Array = new Uint8Array();

/** Positions count from the first byte that is still held back. */
interface Span {
  start: number;
  end: number;
}

/** Masks one stream. Between two chunks it holds back exactly the bytes that begin a pattern and do not complete it. */
export class SecretStream implements ByteStage {
  readonly #automaton: Automaton;
  #node = 0;
  #held: Uint8Array = NOTHING;
  /** What is to be hidden among the bytes not yet shown: in order, apart from each other. */
  #hidden: Span[] = [];
  /** The last byte that was settled is hidden, and its mark is out. */
  #isInsideMask = false;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#scan(chunk);
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    return this.#settle(bytes, bytes.length - this.#automaton.openLength[this.#node]!);
  }

  flush(): Uint8Array {
    this.#node = 0;
    const shown = this.#settle(this.#held, this.#held.length);
    this.#isInsideMask = false;
    return shown;
  }

  #scan(chunk: Uint8Array): void {
    const { matchLength } = this.#automaton;
    const before = this.#held.length;
    let node = this.#node;
    for (let index = 0; index < chunk.length; index += 1) {
      if (node === 0) index = this.#automaton.firstStart(chunk, index);
      if (index === chunk.length) break;
      node = this.#automaton.next(node, chunk[index]!);
      const length = matchLength[node]!;
      if (length > 0) this.#hide(before + index + 1 - length, before + index + 1);
    }
    this.#node = node;
  }

  /** Matches come in order of their ends; one may swallow several that began later. */
  #hide(start: number, end: number): void {
    const span = { start, end };
    for (let last = this.#hidden.at(-1); last && last.end >= span.start; last = this.#hidden.at(-1)) {
      span.start = Math.min(span.start, last.start);
      this.#hidden.pop();
    }
    this.#hidden.push(span);
  }

  /** Gives the first `settled` bytes out, masked, and holds the rest back. */
  #settle(bytes: Uint8Array, settled: number): Uint8Array {
    const shown = this.#hidden.length === 0 ? this.#plain(bytes, settled) : this.#masked(bytes, settled);
    this.#held = settled === bytes.length ? NOTHING : new Uint8Array(bytes.subarray(settled)); // a copy: it must not keep the chunk alive
    return shown;
  }

  #plain(bytes: Uint8Array, settled: number): Uint8Array {
    if (settled > 0) this.#isInsideMask = false;
    return bytes.subarray(0, settled);
  }

  #masked(bytes: Uint8Array, settled: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let shown = 0;
    for (const { start, end } of this.#hidden) {
      if (start >= settled) break;
      pieces.push(bytes.subarray(shown, start));
      if (start > 0 || !this.#isInsideMask) pieces.push(MASK);
      shown = Math.min(end, settled);
      this.#isInsideMask = true;
    }
    if (shown < settled) this.#isInsideMask = false;
    pieces.push(bytes.subarray(shown, settled));
    this.#hidden = this.#hidden
      .filter(({ end }) => end > settled)
      .map(({ start, end }) => ({ start: Math.max(0, start - settled), end: end - settled }));
    return Buffer.concat(pieces);
  }
}
