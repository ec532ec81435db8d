import { type Document, type ErrorCode, Scalar, visit, type YAMLError } from 'yaml';
import type { Place } from '../../errors.ts';
import type { Problem } from '../problem.ts';

const BY_CODE: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab is used to indent; YAML wants spaces',
  NON_STRING_KEY: 'a key must be a plain text',
  TAG_RESOLVE_FAILED: 'tags such as `!name` are not supported; write the value without it',
  BAD_COLLECTION_TYPE: 'tags such as `!name` are not supported; write the value without it',
  BAD_INDENT: 'this line is indented differently from the ones it belongs to',
  BAD_SCALAR_START: 'a text cannot start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second `:` follows on the same line; quote the text that contains it',
  MULTILINE_IMPLICIT_KEY: 'this line is no `key: value` pair; a text of several lines goes into quotes or a `|` block',
  BAD_DQ_ESCAPE: 'this escape is unknown in double quotes; double the backslash, or use single quotes',
};

const UNCLOSED_QUOTE = /^Missing closing ["']quote/;

/** Where the code alone says too little. */
const BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [
    /^Unexpected flow-(?:map|seq)-start at node end/,
    `this bracket stands inside a text; between \`{ }\` or \`[ ]\`, quote a text that has one, as in "\${VAR}"`,
  ],
  [/^Flow \w+ in block collection/, 'the `[` or `{` before this is not closed, or what is in it is not indented more than its key'],
  [UNCLOSED_QUOTE, 'the quote that starts here does not end'],
  [/without - indicator$/, BY_CODE.BAD_INDENT!],
];

/** What is wrong with the syntax, in our own words where we have some; nothing when the text is one good document. */
export function syntaxProblems(documents: readonly Document.Parsed[], placeAt: (offset: number) => Place): readonly Problem[] {
  const [document, second] = documents;
  const faults = [...document!.errors, ...document!.warnings].filter(isNoEcho);
  const problems = faults.map((fault) => ({ place: placeAt(startOf(fault, document!)), path: '', message: textOf(fault) }));
  if (second)
    problems.push({ place: placeAt(second.range[0]), path: '', message: 'a second document starts here; a spec is one document' });
  return firstOfEachLine(problems);
}

/** After the document was broken off, every line that follows is a fault again. */
const isNoEcho = ({ message }: YAMLError, index: number): boolean => index === 0 || !message.includes('in YAML stream');

function textOf({ code, message }: YAMLError): string {
  const known = BY_MESSAGE.find(([like]) => like.test(message))?.[1] ?? BY_CODE[code];
  return known ?? `this is not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

/** An open quote is noticed at the end of the document, where nobody looks for it. */
function startOf({ pos: [offset], message }: YAMLError, document: Document.Parsed): number {
  let start = offset;
  if (!UNCLOSED_QUOTE.test(message)) return start;
  visit(document, {
    Scalar(_, { type, range }) {
      if (range && (type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE) && range[1] >= offset) start = range[0];
    },
  });
  return start;
}

/** What follows the first fault of a line is mostly its echo, too. */
function firstOfEachLine(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.toReversed().map((problem) => [problem.place.line, problem])).values()];
}
