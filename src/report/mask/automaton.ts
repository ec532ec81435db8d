/**
 * The patterns as an Aho–Corasick automaton: it reads a byte stream once, whatever the number of patterns, and knows
 * after each byte which pattern ends there and how much of one may have begun.
 *
 * Nodes are numbers, 0 is the root. A node's children are a linked list, for nearly all of them have one child.
 */
export interface Automaton {
  /** The node after `byte`, coming from `node`. */
  next(node: number, byte: number): number;
  /** Index of the first byte from `start` on that may begin a pattern; the length of `bytes` when there is none. */
  firstStart(bytes: Uint8Array, start: number): number;
  /** Length of the longest pattern that ends at a node; 0 when none does. */
  readonly matchLength: Int32Array;
  /** How many of the last bytes may be the start of a pattern that is not complete. */
  readonly openLength: Int32Array;
}

/** Patterns must have `SHORTEST_BYTES` or more. */
export function automatonOf(patterns: readonly Uint8Array[]): Automaton {
  const trie = new Trie(patterns);
  trie.link();
  return trie;
}

class Trie implements Automaton {
  readonly matchLength: Int32Array;
  readonly openLength: Int32Array;
  readonly #byte: Uint8Array;
  readonly #firstChild: Int32Array;
  readonly #sibling: Int32Array;
  /** The node of the longest proper suffix that some pattern begins with. */
  readonly #fallback: Int32Array;
  readonly #depth: Int32Array;
  /** Children of the root by byte. */
  readonly #fromRoot: Int32Array = new Int32Array(256);
  /** Marks the hashes of the first four bytes of all patterns: nearly all bytes of a log are ruled out by it alone. */
  readonly #starts: Uint8Array = new Uint8Array(65_536);
  #size = 1;

  constructor(patterns: readonly Uint8Array[]) {
    const most = 1 + patterns.reduce((sum, pattern) => sum + pattern.length, 0);
    this.matchLength = new Int32Array(most);
    this.#depth = new Int32Array(most);
    this.openLength = new Int32Array(most);
    this.#byte = new Uint8Array(most);
    this.#firstChild = new Int32Array(most);
    this.#sibling = new Int32Array(most);
    this.#fallback = new Int32Array(most);
    for (const pattern of patterns) this.#insert(pattern);
  }

  next(from: number, byte: number): number {
    let node = from;
    while (node !== 0) {
      const child = this.#child(node, byte);
      if (child !== 0) return child;
      node = this.#fallback[node]!;
    }
    return this.#fromRoot[byte]!;
  }

  firstStart(bytes: Uint8Array, start: number): number {
    const starts = this.#starts;
    const last = bytes.length - START_BYTES;
    let index = start;
    let word = index <= last ? wordAt(bytes, index) : 0;
    while (index < last && starts[hashOf(word)] === 0) {
      word = (word >>> 8) | (bytes[index + START_BYTES]! << 24);
      index += 1;
    }
    if (index < last) return index;
    while (index < bytes.length && this.#fromRoot[bytes[index]!] === 0) index += 1;
    return index;
  }

  /** Breadth first, so that a node's fallback is complete before its children need it. */
  link(): void {
    const queue: number[] = [0];
    for (const node of queue) {
      for (let child = this.#firstChild[node]!; child !== 0; child = this.#sibling[child]!) {
        this.#linkChild(node, child);
        queue.push(child);
      }
    }
  }

  #linkChild(node: number, child: number): void {
    const fallback = node === 0 ? 0 : this.next(this.#fallback[node]!, this.#byte[child]!);
    this.#fallback[child] = fallback;
    this.openLength[child] = this.#firstChild[child] === 0 ? this.openLength[fallback]! : this.#depth[child]!;
    if (this.matchLength[child] === 0) this.matchLength[child] = this.matchLength[fallback]!;
  }

  #insert(pattern: Uint8Array): void {
    this.#starts[hashOf(wordAt(pattern, 0))] = 1;
    let node = 0;
    for (const byte of pattern) node = this.#child(node, byte) || this.#addChild(node, byte);
    this.matchLength[node] = pattern.length;
  }

  #addChild(node: number, byte: number): number {
    const child = this.#size;
    this.#size += 1;
    this.#byte[child] = byte;
    this.#depth[child] = this.#depth[node]! + 1;
    this.#sibling[child] = this.#firstChild[node]!;
    this.#firstChild[node] = child;
    if (node === 0) this.#fromRoot[byte] = child;
    return child;
  }

  #child(node: number, byte: number): number {
    let child = this.#firstChild[node]!;
    while (child !== 0 && this.#byte[child] !== byte) child = this.#sibling[child]!;
    return child;
  }
}

const START_BYTES = 4;

const wordAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

/** The upper half of a multiplication by a prime near 2^32 divided by the golden ratio spreads words evenly. */
const hashOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> 16;
