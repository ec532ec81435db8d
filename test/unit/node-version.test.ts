import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tooOld } from '../../src/node-version.ts';
import { ROOT } from '../support/cli.ts';

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } };
const needed = manifest.engines.node.replace('>=', '');

test('takes the Node that package.json asks for, and later ones', () => {
  for (const version of [`${needed}.0`, '22.20.1', '23.0.0', '24.11.0', process.versions.node])
    expect(tooOld(version, 'node')).toBeUndefined();
});

test.each(['22.17.1', '20.20.2', '18.0.0'])('says of Node %s which one it is and which is needed, instead of a stack', (version) => {
  const text = tooOld(version, '/usr/bin/node');
  expect(text).toContain(`needs Node ${needed} or later; /usr/bin/node is ${version}`);
  expect(text).toContain('try:');
});
