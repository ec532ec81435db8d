import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RunnerError } from '../errors.ts';
import { parseFlags } from './flags.ts';
import { TEMPLATES } from './init-templates.ts';
import type { Command } from './world.ts';

/** Writes a first spec to start from; never over a file that is there. */
export const init: Command = async ({ folder, stdout }, argv) => {
  const [name = 'single', ...more] = parseFlags('init', {}, argv).positionals;
  const template = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (!template || more.length > 0)
    throw new RunnerError('usage.invalid', `there is no template ${[name, ...more].join(' ')}`, {
      hint: `Use one of: ${Object.keys(TEMPLATES).join(', ')}.`,
    });
  const file = path.join(folder, template.file);
  await writeFile(file, template.text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already' : `cannot be written: ${cause.message}`;
    throw new RunnerError('usage.invalid', `${file} ${why}`, { hint: 'Move it away, or go to another folder.', cause });
  });
  await stdout.write(`wrote ${template.file}; next: ${template.next}\n`);
  return 0;
};
