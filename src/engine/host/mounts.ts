import { readFileSync } from 'node:fs';

/** Where something is mounted, as this process sees it. */
export const mountPoints = (): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => unescaped(line.split(' ')[4] ?? ''));

/** Of those, the ones on or below a folder, whose path must be free of links. */
export const mountPointsIn = (folder: string): readonly string[] =>
  mountPoints().filter((point) => point === folder || point.startsWith(`${folder}/`));

/** The kernel writes space, tab, newline and backslash as three octal digits. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
