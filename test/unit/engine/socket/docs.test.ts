import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROUTES } from '../../../../src/engine/socket/routes.ts';
import { ROOT } from '../../../support/cli.ts';

const FILE = path.join(ROOT, 'docs/guarded-socket.md');
const [START, END] = ['<!-- routes -->\n', '<!-- /routes -->'];

/** One row for the methods that are treated alike. */
function table(): string {
  const methods = Map.groupBy(ROUTES, ({ path: route, rule }) => `${route}\0${rule.about}`);
  const rows = [...methods].map(([key, routes]) => {
    const [route = '', about = ''] = key.split('\0');
    return `| ${routes.map(({ method }) => method).join(', ')} | \`${route}\` | ${about}${routes[0]?.upgrades ? '; hands the connection over' : ''} |`;
  });
  return `\n| method | path | what becomes of it |\n| --- | --- | --- |\n${rows.join('\n')}\n\n`;
}

/** As it reads, however wide the formatter makes its columns. */
const plain = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

/** `UPDATE_DOCS=1` writes it anew. */
test('the table in docs/guarded-socket.md is the one that decides', () => {
  const text = readFileSync(FILE, 'utf8');
  const [before = '', rest = ''] = text.split(START);
  const [, after = ''] = rest.split(END);
  const wanted = `${before}${START}${table()}${END}${after}`;
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, wanted);
  expect(plain(readFileSync(FILE, 'utf8'))).toBe(plain(wanted));
});

test('no two routes answer the same request', () => {
  const keys = ROUTES.map(({ method, path: route }) => `${method} ${route.replace(/\{[a-z ]+\}/g, '{}')}`);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
