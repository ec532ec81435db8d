import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RunnerError } from '../errors.ts';
import { type LoadedSpec, loadSpec } from '../spec/load.ts';
import type { SpecRequest } from './exec-flags.ts';
import type { World } from './world.ts';

/** The spec that the command line names, checked and completed. Throws `spec.invalid`. */
export async function loadDocument(world: World, request: SpecRequest): Promise<LoadedSpec> {
  const folder = path.resolve(world.folder, request.folder ?? '.');
  const isStdin = request.file === '-';
  const file = path.resolve(folder, request.file);
  const text = isStdin ? Buffer.from(await world.readStdin()) : await readSpec(file, request.file);
  const loaded = await loadSpec(
    { file: request.file, text },
    {
      folder: isStdin ? folder : path.dirname(file),
      environment: world.environment,
      readFile: (wanted: string) => readFile(wanted).catch(() => undefined),
      exists: async (wanted: string) => existsSync(wanted),
      set: request.set,
      env: request.env,
      envFiles: request.envFiles.map((one) => path.resolve(world.folder, one)),
    },
  );
  return { ...loaded, spec: { ...loaded.spec, file: isStdin ? '-' : file } };
}

async function readSpec(file: string, asked: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => Promise.reject(unreadable(asked, file, cause)));
}

/** Why a document that the command line names can't be read. */
export function unreadable(asked: string, file: string, cause: unknown): RunnerError {
  const { code } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `can't be read (${code})`;
  return new RunnerError('spec.invalid', `${asked} ${why}`, {
    detail: [`looked for ${file}`],
    hint: 'Name one that is there: `runner exec path/to/spec.yaml`, `runner matrix path/to/matrix.yaml`; or write one: `runner init`.',
    cause,
  });
}
