import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, transform } from 'esbuild';

/**
 * The command line as a tree of CommonJS chunks: esbuild splits only ES modules, and Node starts CommonJS faster, so it is
 * split first and each chunk turned into CommonJS after. A lazy `import()` becomes a chunk that is read only when it is needed.
 */
const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'dist');
const fresh = path.join(root, `dist.${process.pid}.new`);
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', reaper: 'src/ledger/reaper-main.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  write: false,
  metafile: true,
  // The packages' own builds for browsers: yaml's starts in a tenth of the time, and uuid's does not load node:crypto.
  alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js'), uuid: path.join(root, 'node_modules/uuid/dist/index.js') },
  define: { __VERSION__: JSON.stringify(version) },
  logLevel: 'warning',
});

await mkdir(fresh, { recursive: true });
for (const file of outputFiles) {
  const { code } = await transform(file.text, {
    format: 'cjs',
    platform: 'node',
    target: 'node22.18',
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
  });
  await writeFile(path.join(fresh, path.basename(file.path)), code);
}
await writeFile(path.join(fresh, 'package.json'), '{"type":"commonjs"}\n');
if (process.argv.includes('--meta')) await writeFile(path.join(root, 'meta.json'), JSON.stringify(metafile));
await rm(`${out}.old`, { recursive: true, force: true });
await rename(out, `${out}.old`).catch(() => {});
await rename(fresh, out);
await rm(`${out}.old`, { recursive: true, force: true });
process.stderr.write(`built ${(await readdir(out)).length - 1} files into dist/\n`);
