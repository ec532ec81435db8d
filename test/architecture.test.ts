import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

/** Who may import whom, by the longest name that fits a file. The same table stands in docs/ARCHITECTURE.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | 'anything'>> = {
  'src/errors': [],
  'src/error-text': ['src/errors', 'src/terminal-text'],
  'src/terminal-text': [],
  'src/spec': ['src/errors'],
  'src/plan': ['src/spec', 'src/errors'],
  patterns: ['src/spec', 'src/plan', 'src/errors'],
  'src/engine/ports': ['src/plan', 'src/spec'],
  'src/engine/tool': ['src/engine/ports', 'src/errors'],
  'src/engine/docker': ['src/engine/ports', 'src/engine/tool', 'src/plan', 'src/spec', 'src/errors'],
  'src/engine/kind': ['src/engine/ports', 'src/engine/tool', 'src/engine/docker', 'src/plan', 'src/spec', 'src/errors'],
  'src/engine/kubernetes': ['src/engine/ports', 'src/plan', 'src/spec', 'src/errors'],
  'src/engine/helm': ['src/engine/kubernetes', 'src/engine/ports', 'src/engine/tool', 'src/plan', 'src/spec', 'src/errors'],
  'src/engine/host': ['src/engine/ports', 'src/engine/tool', 'src/plan', 'src/spec', 'src/errors'],
  'src/engine/socket': ['src/engine/ports', 'src/plan', 'src/spec', 'src/errors'],
  'src/ledger': ['src/engine/ports', 'src/plan', 'src/errors'],
  'src/report': ['src/engine/ports', 'src/plan', 'src/spec', 'src/errors', 'src/error-text', 'src/terminal-text'],
  'src/matrix': ['src/report', 'src/plan', 'src/spec', 'src/errors', 'src/terminal-text'],
  'src/execute': ['src/report', 'src/ledger', 'src/engine/ports', 'src/plan', 'src/spec', 'src/errors'],
  'src/cli': [
    'src/execute',
    'src/matrix',
    'src/report',
    'src/ledger',
    'src/engine/ports',
    'src/plan',
    'src/spec',
    'src/errors',
    'src/error-text',
    'src/terminal-text',
    'patterns',
  ],
  'src/ledger/reaper-main': 'anything',
  'src/engine/connect': 'anything',
  'src/compiled': [],
  'src/node-version': [],
  'src/main': 'anything',
  'src/start': 'anything',
  'src/index': 'anything',
};

/** One door a package: where it may be imported. */
const DOORS: Readonly<Record<string, RegExp>> = {
  dockerode: /^src\/engine\/docker\//,
  execa: /^src\/engine\/tool\.ts$/,
  uuid: /^src\/plan\/names\.ts$/,
  yaml: /^src\/(spec|engine\/(kind|kubernetes|helm))\//,
  valibot: /^src\/spec\//,
  '@valibot/to-json-schema': /^src\/spec\//,
  'tar-stream': /^src\/engine\/(docker|host|socket)\//,
  'tmp-promise': /^src\/engine\/host\//,
  picomatch: /^src\/(engine\/host\/|plan\/exclude\.ts$)/,
  'node:http2': /^src\/engine\/(kubernetes|socket\/buildkit)\//,
  'node:child_process': /^src\/(engine\/(host|tool)|ledger)/,
};

const LONGEST_FILE = 250;
const units = Object.keys(MAY_IMPORT).toSorted((a, b) => b.length - a.length);
const unitOf = (file: string): string | undefined => units.find((unit) => file === `${unit}.ts` || file.startsWith(`${unit}/`));
const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join(root, file));
const sources = ['src', 'patterns'].flatMap(filesBelow);
const importsOf = (text: string): string[] => [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] as string);

describe.each(sources)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const imports = importsOf(text);
  const unit = unitOf(file);

  test('belongs to a room', () => expect(unit).toBeDefined());

  test('imports only what its room may', () => {
    const allowed = MAY_IMPORT[unit ?? ''] ?? [];
    const targets = imports.filter((one) => one.startsWith('.')).map((one) => unitOf(path.posix.join(path.posix.dirname(file), one)));
    const strangers = allowed === 'anything' ? [] : targets.filter((target) => target !== unit && !(target && allowed.includes(target)));
    expect(strangers).toEqual([]);
  });

  test('opens no package but through its door', () => {
    expect(imports.filter((name) => DOORS[name] && !DOORS[name].test(file))).toEqual([]);
  });

  test('leaves `process` to what starts, and to signals', () => {
    const free = /^src\/(main|start|compiled|ledger\/reaper-main)\.ts$|^src\/cli\/(signals|terminal)\.ts$/.test(file);
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(free ? [] : (code.match(/(?<![.\w])process\.(env|argv|exit|on|once|stdout|stderr|stdin|cwd|pid)\b/g) ?? [])).toEqual([]);
  });
});

test.each([...sources, ...filesBelow('test'), ...filesBelow('scripts')])('%s has at most 250 lines', (file) => {
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThanOrEqual(LONGEST_FILE);
});
