import { isUtf8 } from 'node:buffer';
import { Composer, type CST, type Document, Lexer, LineCounter, type ParsedNode, Parser } from 'yaml';
import type { Place } from '../../errors.ts';
import { SpecProblems } from '../problem.ts';
import { bindAliases, type Targets } from './aliases.ts';
import { syntaxProblems } from './syntax.ts';

/** Far above any real document, and low enough that the worst one is refused within a second. */
const LIMIT = { bytes: 1024 * 1024, lexemes: 25_000, depth: 50 } as const;

/** Besides one entry a level, the document and the text that is being read stand on the parser's stack. */
const STACK_AROUND = 2;

/** Keys are compared when the document is unfolded: the parser's own check takes a time that grows with the square of their number. */
const OPTIONS = {
  prettyErrors: false,
  stringKeys: true,
  uniqueKeys: false,
  customTags: ['timestamp' as const],
  logLevel: 'silent' as const,
};

/** The user's text and what it says, with the place of everything in it. */
export interface YamlDocument {
  readonly file: string;
  readonly root: ParsedNode | null;
  /** What each alias stands for. */
  readonly targets: Targets;
  /** The place of an offset of the text. */
  placeAt(offset: number): Place;
}

/**
 * Reads one YAML 1.2 document. Throws `SpecProblems` for what cannot be read at all: not UTF-8, too large, too deep,
 * broken syntax, more than one document.
 */
export function parseYaml(file: string, bytes: Uint8Array): YamlDocument {
  const text = decode(file, bytes);
  const placeAt = placesOf(file, text);
  const document = compose(text, lex(text, placeAt), placeAt);
  const root = document.contents;
  return { file, root, targets: text.includes('*') ? bindAliases(root) : new Map(), placeAt };
}

/** A YAML value that was given on the command line; undefined when it is none. */
export function parseYamlValue(text: string, from: string): YamlDocument | undefined {
  try {
    return parseYaml(from, Buffer.from(text));
  } catch (cause) {
    if (cause instanceof SpecProblems) return undefined;
    throw cause;
  }
}

function decode(file: string, bytes: Uint8Array): string {
  const fail = (message: string): never => {
    throw new SpecProblems([{ place: { file, line: 0, column: 0 }, path: '', message }]);
  };
  if (bytes.length > LIMIT.bytes) return fail(`is larger than 1 MiB (${bytes.length} bytes); a spec is a small file`);
  if (!isUtf8(bytes)) return fail('is not UTF-8 text');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString()
    .replace(/^\uFEFF/, '');
}

/** The lexemes are counted and the parser's stack is watched, because a bomb must be refused before it is built. */
function lex(text: string, placeAt: YamlDocument['placeAt']): readonly CST.Token[] {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    count += 1;
    if (count > LIMIT.lexemes) refuse(placeAt(parser.offset), `is too long: a spec has at most ${LIMIT.lexemes} words and marks`);
    if (parser.stack.length > LIMIT.depth + STACK_AROUND) refuse(placeAt(parser.offset), `is nested more than ${LIMIT.depth} levels deep`);
  }
  return [...tokens, ...parser.end()];
}

function refuse(place: Place, message: string): never {
  throw new SpecProblems([{ place, path: '', message: `the document ${message}` }]);
}

function compose(text: string, tokens: readonly CST.Token[], placeAt: YamlDocument['placeAt']): Document.Parsed {
  const documents = [...new Composer(OPTIONS).compose(tokens, true, text.length)];
  const problems = syntaxProblems(documents, placeAt);
  if (problems.length > 0) throw new SpecProblems(problems);
  return documents[0]!;
}

/** Line starts are counted when the first place is asked for: a good document never needs one. */
function placesOf(file: string, text: string): YamlDocument['placeAt'] {
  let counter: LineCounter | undefined;
  return (offset) => {
    counter ??= countLines(text);
    const { line, col } = counter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

function countLines(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) counter.addNewLine(index + 1);
  return counter;
}
