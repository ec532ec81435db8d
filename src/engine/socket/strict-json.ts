import { malformed } from './refusal.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Nobody asks for more levels; a parser that recurses must stop somewhere. */
const DEEPEST = 64;

/**
 * A JSON object as it was meant and in no other way: a key that is there twice, which one reader takes for its first and
 * another for its last value, is refused, and so is text after the end. Whole numbers keep all their digits.
 */
export function parseObject(text: string): JsonObject {
  const value = new Parser(text).whole();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('the body is not a JSON object');
  return value as JsonObject;
}

/** No valid value: missing, or what Go's encoder writes for a field that nobody set. */
export const isEmpty = (value: Json | undefined): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0 && !isRaw(value));

const isRaw = (value: object): boolean => (JSON as unknown as RawJson).isRawJSON(value);

/** Of ECMAScript 2025, and not yet in TypeScript's library. */
interface RawJson {
  rawJSON(text: string): number;
  isRawJSON(value: object): boolean;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    const value = this.#value(0);
    if (this.#peek() !== '') throw this.#wrong('text after the end');
    return value;
  }

  #value(depth: number): Json {
    if (depth > DEEPEST) throw this.#wrong('too many levels');
    switch (this.#peek()) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): JsonObject {
    const object: Record<string, Json> = Object.create(null);
    this.#members('}', () => {
      if (this.#peek() !== '"') throw this.#wrong('a key is expected');
      const key = this.#string();
      if (key in object) throw this.#wrong(`the key ${JSON.stringify(key)} is there twice`);
      this.#expect(':');
      object[key] = this.#value(depth + 1);
    });
    return object;
  }

  #list(depth: number): readonly Json[] {
    const list: Json[] = [];
    this.#members(']', () => list.push(this.#value(depth + 1)));
    return list;
  }

  #members(end: string, member: () => void): void {
    this.#at += 1;
    if (this.#peek() === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      member();
      if (this.#peek() === end) break;
      this.#expect(',');
    }
    this.#at += 1;
  }

  #string(): string {
    return JSON.parse(this.#token(STRING)) as string;
  }

  #scalar(): Json {
    const token = this.#token(SCALAR);
    const value = JSON.parse(token) as Json;
    return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (JSON as unknown as RawJson).rawJSON(token)
      : value;
  }

  #token(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    if (token === undefined) throw this.#wrong('no value');
    this.#at += token.length;
    return token;
  }

  #expect(character: string): void {
    if (this.#peek() !== character) throw this.#wrong(`${character} is expected`);
    this.#at += 1;
  }

  /** The next character that is no white space; empty at the end. */
  #peek(): string {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
    return this.#text[this.#at] ?? '';
  }

  #wrong(what: string): Error {
    return malformed(`the body is not valid JSON at character ${this.#at}: ${what}`);
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
