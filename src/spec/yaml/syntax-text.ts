import type { ErrorCode } from 'yaml';

const TEXTS: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab is used to indent; YAML wants spaces',
  DUPLICATE_KEY: 'this key stands here a second time; keep one of them',
  MULTIPLE_DOCS: 'a second document starts here; a spec is one document',
  NON_STRING_KEY: 'a key must be a plain text',
  TAG_RESOLVE_FAILED: 'tags such as `!name` are not supported; write the value without it',
  BAD_COLLECTION_TYPE: 'tags such as `!name` are not supported; write the value without it',
  BAD_INDENT: 'this line is indented differently from the ones it belongs to',
  BAD_SCALAR_START: 'a text cannot start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second `:` follows on the same line; quote the text that contains it',
  MULTILINE_IMPLICIT_KEY: 'this line is no `key: value` pair; a text of several lines goes into quotes or a `|` block',
  BAD_DQ_ESCAPE: 'this escape is unknown in double quotes; double the backslash, or use single quotes',
};

/** What is wrong with the syntax, in our own words where we have some. */
export const syntaxText = (code: ErrorCode, message: string): string =>
  FLOW_IN_TEXT.test(message) ? BRACKET : (TEXTS[code] ?? `is not valid YAML: ${lowerFirst(message)}`);

const BRACKET = `this bracket stands inside a text; between \`{ }\` or \`[ ]\`, quote a text that has one, as in "\${VAR}"`;

const FLOW_IN_TEXT = /unexpected flow-(?:map|seq)-start at node end/i;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
