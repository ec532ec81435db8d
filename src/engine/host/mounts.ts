import { readFileSync } from 'node:fs';

/** Where something is mounted on or below a folder, as this process sees it; the folder's path must be free of links. */
export function mountPointsIn(folder: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => unescaped(line.split(' ')[4] ?? ''))
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
