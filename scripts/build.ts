import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * The command line as three CommonJS files, which Node starts faster than ES modules: a first one that answers `--version` and
 * `--help` and knows the compiled form of the rest, all the rest in one piece (reading and resolving a file costs more than a part of it that is never
 * run: a lazy `import()` runs its part when it is called), and the reaper.
 */
const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'dist');
const fresh = path.join(root, `dist.${process.pid}.new`);
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', start: 'src/start.ts', reaper: 'src/ledger/reaper-main.ts' },
  outdir: fresh,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22.18',
  // What was compiled by an earlier run has no loader for modules: `import('node:https')` has to be a `require`.
  supported: { 'dynamic-import': false },
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  legalComments: 'none',
  metafile: true,
  // The packages' own builds for browsers: yaml's starts in a tenth of the time, and uuid's does not load node:crypto.
  alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js'), uuid: path.join(root, 'node_modules/uuid/dist/index.js') },
  define: { __VERSION__: JSON.stringify(version), __BUILD__: JSON.stringify(`${Date.now()}`), 'import.meta.dirname': '__dirname' },
  logLevel: 'warning',
});
await mkdir(fresh, { recursive: true });
await writeFile(path.join(fresh, 'package.json'), '{"type":"commonjs"}\n');
if (process.argv.includes('--meta')) await writeFile(path.join(root, 'meta.json'), JSON.stringify(metafile));
await rm(`${out}.old`, { recursive: true, force: true });
await rename(out, `${out}.old`).catch(() => {});
await rename(fresh, out);
await rm(`${out}.old`, { recursive: true, force: true });
process.stderr.write(`built ${Object.keys(metafile.outputs).length} files into dist/\n`);
