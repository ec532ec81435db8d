import { openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Loaded into a runner by NODE_OPTIONS, with no hook in the product: counts what it does to the disk and what it starts, and kills it
 * right before or right after the n-th of these. CHAOS_POINT is `log FILE`, or `before 7`, or `after 7`.
 */
const [mode, value = ''] = (process.env['CHAOS_POINT'] ?? '').split(' ');
const require = createRequire(import.meta.url);
const log = mode === 'log' ? openSync(value, 'a') : undefined;
let count = 0;

type Act = (...args: readonly unknown[]) => unknown;

/** The last part of a path, without what is another every time. */
const placeIn = ([first]: readonly unknown[]): string =>
  typeof first === 'string' && first.startsWith('/')
    ? ` ${path.basename(first).replace(/[0-9a-f]{8}-[0-9a-f-]{27}[^ ]*(?=\.|$)/, 'ID')}`
    : '';

const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** The same function, with a point before and a point after it. */
const watched = (name: string, act: Act): Act =>
  function (this: unknown, ...args) {
    count += 1;
    if (log !== undefined) writeSync(log, `${name}${placeIn(args)}\n`);
    const isMine = Number(value) === count;
    if (mode === 'before' && isMine) die();
    const result = act.apply(this, [...args]);
    if (mode !== 'after' || !isMine) return result;
    if (!(result instanceof Promise)) return void die();
    return result.finally(die);
  };

function watch(module: Record<string, Act>, names: readonly string[]): void {
  for (const name of names) module[name] = watched(name, module[name] as Act);
}

if (mode) {
  const files = require('node:fs') as Record<string, Act>;
  const promises = require('node:fs/promises') as Record<string, Act>;
  watch(files, ['mkdirSync', 'writeFileSync', 'renameSync', 'appendFileSync']);
  watch(promises, ['mkdir', 'link', 'rm', 'rmdir', 'unlink', 'symlink', 'rename', 'writeFile', 'copyFile', 'cp']);
  watch(require('node:child_process') as Record<string, Act>, ['spawn']);
  const open = promises['open'] as (...args: readonly unknown[]) => Promise<Record<string, Act>>;
  promises['open'] = async (...args) => {
    const handle = await open(...args);
    for (const name of ['writeFile', 'sync']) handle[name] = watched(`handle.${name}`, handle[name] as Act);
    return handle;
  };
}
