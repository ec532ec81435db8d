import path from 'node:path';
import type { Place } from '../errors.ts';
import { parseEnvFile } from './env-file.ts';
import { fileBeside, pathText } from './path.ts';
import type { Problem } from './problem.ts';
import type { Env } from './spec.ts';
import type { Where } from './where.ts';

/** An env file that the user names, and where. */
export interface NamedFile {
  readonly file: string;
  readonly place: () => Place;
  /** The field that names it; empty for a flag. */
  readonly path: string;
}

export interface EnvFilesRead {
  readonly env: Env;
  readonly problems: readonly Problem[];
}

interface Folder {
  /** The document that names them, as messages call it. */
  readonly file: string;
  /** Relative names start here; absolute. */
  readonly folder: string;
  readFile(path: string): Promise<Uint8Array | undefined>;
}

/** The variables of the files, later ones over earlier ones, and every line that is none. */
export async function readEnvFiles(files: readonly NamedFile[], folder: Folder): Promise<EnvFilesRead> {
  const read = await Promise.all(files.map((file) => readOne(file, folder)));
  return { env: Object.assign({}, ...read.map(({ env }) => env)), problems: read.flatMap(({ problems }) => problems) };
}

/** The files under `env_file`, as far as the field can be read. */
export function namedIn(tree: unknown, where: Where): readonly NamedFile[] {
  const field = typeof tree === 'object' && tree !== null ? (tree as { readonly env_file?: unknown }).env_file : undefined;
  const entries = Array.isArray(field)
    ? field.map((file: unknown, index) => ({ file, at: ['env_file', index] }))
    : [{ file: field, at: ['env_file'] }];
  return entries.flatMap(({ file, at }) =>
    typeof file === 'string' && file !== '' ? [{ file, place: () => where.value(at), path: pathText(at) }] : [],
  );
}

async function readOne({ file, place, path: field }: NamedFile, around: Folder): Promise<EnvFilesRead> {
  const bytes = await around.readFile(path.resolve(around.folder, file));
  if (bytes !== undefined) return parseEnvFile(fileBeside(around.file, file), Buffer.from(bytes).toString());
  return { env: {}, problems: [{ place: place(), path: field, message: `${file} does not exist` }] };
}
