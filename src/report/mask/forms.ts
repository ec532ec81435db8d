import { isUtf8 } from 'node:buffer';

/** Shorter values, and shorter forms of values, are not masked: they would shred every log. */
export const SHORTEST_BYTES = 4;

/** Values above this size are masked as they stand and line by line, not in their encoded forms. */
const LARGEST_ENCODED_BYTES = 64 * 1024;

/**
 * Every byte string by which a secret could show up in a log: the value, each of its lines, and each of these in base64
 * (at the three offsets it may have in a longer text, in both alphabets, and wrapped as `base64` and `openssl` do), in
 * hex, percent-encoded, JSON-escaped and shell-quoted. Line ends around a value are not part of the secret.
 */
export function formsOf(value: Uint8Array): readonly Buffer[] {
  const whole = trimmed(Buffer.from(value));
  const pieces = [whole, ...linesOf(whole)].filter((piece) => piece.length >= SHORTEST_BYTES);
  const encoded = whole.length > LARGEST_ENCODED_BYTES ? [] : pieces.flatMap(encodingsOf);
  return unique([...pieces, ...encoded]).filter((form) => form.length >= SHORTEST_BYTES);
}

const encodingsOf = (piece: Buffer): readonly Buffer[] => [
  ...[0, 1, 2].flatMap((offset) => base64At(piece, offset)),
  ...wrappedBase64(piece),
  ...hexOf(piece),
  ...(isUtf8(piece) ? textFormsOf(piece.toString('utf8')) : []),
];

/** Only the characters that depend on the value alone: what comes before and after it decides the ones at the ends. */
function base64At(piece: Buffer, offset: number): readonly Buffer[] {
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + piece.length) * 8) / 6);
  const text = Buffer.concat([Buffer.alloc(offset), piece])
    .toString('base64')
    .slice(start, end);
  return [Buffer.from(text), Buffer.from(urlAlphabet(text))];
}

/** `base64` breaks its output after 76 characters, `openssl base64` after 64. */
function wrappedBase64(piece: Buffer): readonly Buffer[] {
  const text = piece.toString('base64').replace(/=+$/, '');
  return [76, 64].flatMap((width) => (text.length <= width ? [] : chunksOf(text, width).map((line) => Buffer.from(line))));
}

const hexOf = (piece: Buffer): readonly Buffer[] => {
  const hex = piece.toString('hex');
  return [Buffer.from(hex), Buffer.from(hex.toUpperCase())];
};

function textFormsOf(text: string): readonly Buffer[] {
  const percent = encodeURIComponent(text);
  const strict = percent.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const percents = [percent, strict].flatMap((form) => [form, form.replaceAll('%20', '+')]);
  const json = JSON.stringify(text).slice(1, -1);
  const asciiJson = json.replace(/[\u0080-\uffff]/g, unicodeEscape);
  const jsons = [json, json.replaceAll('/', '\\/'), asciiJson, json.replace(/[<>&\u2028\u2029]/g, unicodeEscape)];
  const shells = [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\]/g, '\\$&'),
    text.replace(/[^A-Za-z0-9_@%+=:,./\n\u0080-\uffff-]/g, '\\$&'),
  ];
  return [...percents, ...percents.map(lowerEscapes), ...jsons, ...shells].map((form) => Buffer.from(form));
}

const unicodeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

const lowerEscapes = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase());

const urlAlphabet = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

const chunksOf = (text: string, width: number): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / width) }, (_, index) => text.slice(index * width, (index + 1) * width));

/** One character a byte keeps values that are no text whole. */
const linesOf = (value: Buffer): readonly Buffer[] => {
  const lines = value.toString('latin1').split(/[\r\n]+/);
  return lines.length === 1 ? [] : lines.map((line) => Buffer.from(line, 'latin1'));
};

const trimmed = (value: Buffer): Buffer => Buffer.from(value.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, ''), 'latin1');

const unique = (forms: readonly Buffer[]): readonly Buffer[] =>
  [...new Set(forms.map((form) => form.toString('latin1')))].map((form) => Buffer.from(form, 'latin1'));
