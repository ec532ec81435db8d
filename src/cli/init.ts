import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RunnerError } from '../errors.ts';
import { parseFlags } from './flags.ts';
import { NIGHTLY } from './init-nightly.ts';
import { TEMPLATES, type Template } from './init-templates.ts';
import type { Command } from './world.ts';

const SETS: Readonly<Record<string, readonly Template[]>> = {
  ...Object.fromEntries(Object.entries(TEMPLATES).map(([name, template]) => [name, [template]])),
  ...NIGHTLY,
};

/** Writes files to start from; never over one that is there, and none at all where one of them can't be written. */
export const init: Command = async ({ folder, stdout }, argv) => {
  const [name = 'single', ...more] = parseFlags('init', {}, argv).positionals;
  const templates = Object.hasOwn(SETS, name) ? (SETS[name] ?? []) : [];
  if (templates.length === 0 || more.length > 0)
    throw new RunnerError('usage.invalid', `there is no template ${[name, ...more].join(' ')}`, {
      hint: `Use one of: ${Object.keys(SETS).join(', ')}.`,
    });
  const wanted = templates.filter(({ file, shared }) => !shared || !existsSync(path.join(folder, file)));
  const taken = wanted.find(({ file }) => existsSync(path.join(folder, file)));
  if (taken) throw unwritten(path.join(folder, taken.file), 'is there already');
  for (const { file, text } of wanted) await write(path.join(folder, file), text);
  const [first] = templates;
  await stdout.write(`wrote ${wanted.map(({ file }) => file).join(', ')}; next: ${first?.next}\n`);
  return 0;
};

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw unwritten(file, code === 'EEXIST' ? 'is there already' : `cannot be written: ${message}`, cause);
  }
}

const unwritten = (file: string, why: string, cause?: unknown): RunnerError =>
  new RunnerError('usage.invalid', `${file} ${why}`, { hint: 'Move it away, or go to another folder.', cause });
