import { printable } from '../terminal-text.ts';

/** ` name="value"` for each. */
export const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

/** Characters that XML 1.0 knows no way to write are taken out, a half of a surrogate pair becomes U+FFFD. */
export const escaped = (text: string): string =>
  text
    .split('\n')
    .map(printable)
    .join('\n')
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/[&<>"\n]/g, (character) => ENTITY[character] ?? character);

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
