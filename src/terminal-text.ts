import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';

/** A painter for each colour; all of them leave the text alone where colour is off. */
export type Colours = ReturnType<typeof picocolors.createColors>;

export const coloursOf = (enabled: boolean): Colours => picocolors.createColors(enabled);

/** One line without escape sequences and control characters; a tab becomes a space. */
export const printable = (line: string): string =>
  stripVTControlCharacters(line)
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '');

/** As `printable`, but colours stay, and end with the line. */
export function colourable(line: string): string {
  const text = line.split(/(\u001b\[[0-9;:]*m)/).map((part, index) => (index % 2 === 1 ? part : printable(part)));
  return text.length > 1 ? `${text.join('')}\u001b[0m` : text.join('');
}
