import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadMatrix } from '../../spec/matrix/load.ts';
import type { Matrix } from '../../spec/matrix/matrix.ts';
import { unreadable } from '../load-document.ts';
import type { World } from '../world.ts';
import type { MatrixRequest } from './flags.ts';

/** The matrix that the command line names, checked and completed. Throws `spec.invalid`. */
export async function loadMatrixFile({ folder, environment }: World, { file, set }: Pick<MatrixRequest, 'file' | 'set'>): Promise<Matrix> {
  const absolute = path.resolve(folder, file);
  const text = await readFile(absolute).catch((cause: unknown) => Promise.reject(unreadable(file, absolute, cause)));
  return loadMatrix({ file, path: absolute, text, environment, set });
}
