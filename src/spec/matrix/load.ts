import path from 'node:path';
import { interpolate } from '../interpolate.ts';
import { problemsOf } from '../issues.ts';
import { applyOverrides, type Override } from '../overrides.ts';
import { SpecProblems } from '../problem.ts';
import type { Env } from '../spec.ts';
import { hintFor } from '../unknown-keys.ts';
import { onePerPath, readAs } from '../validate.ts';
import { whereIn } from '../where.ts';
import { parseYaml } from '../yaml/parse.ts';
import { unfold, withoutExtensions } from '../yaml/unfold.ts';
import { matrixProblems } from './checks.ts';
import type { Matrix } from './matrix.ts';
import { type MatrixDocument, matrixSchema } from './schema.ts';

export interface MatrixSource {
  /** What messages call the document. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly text: Uint8Array;
  readonly environment: Env;
  /** Values over the document's, in order. */
  readonly set: readonly Override[];
}

/** Reads, checks and completes a matrix. Throws `SpecProblems` with everything that is wrong with it; looks at nothing else. */
export function loadMatrix({ file, path: absolute, text, environment, set }: MatrixSource): Matrix {
  const yaml = parseYaml(file, text);
  const unfolded = unfold(yaml, (written) => interpolate(written, environment));
  const { tree, problems: misfits } = applyOverrides(withoutExtensions(unfolded.value), set);
  const where = whereIn(yaml, set);
  const [result, read] = readAs(matrixSchema, tree, unfolded.readings);
  const unknown = (key: string, known: Parameters<typeof hintFor>[1]) => ({
    message: 'is not a field',
    hint: hintFor(key, known, matrixSchema),
  });
  const found = result.success
    ? matrixProblems(result.output, where)
    : problemsOf(result.issues, { schema: matrixSchema, tree: read, where, unknown });
  const problems = onePerPath([...unfolded.problems, ...misfits, ...found]);
  if (!result.success || problems.length > 0) throw new SpecProblems(problems);
  return completed(result.output, absolute);
}

function completed(document: MatrixDocument, file: string): Matrix {
  const folder = path.dirname(file);
  const inFolder = (written: string): string => path.resolve(folder, written);
  const { name = nameOf(file), interrupts } = document;
  return {
    ...document,
    name,
    file,
    folder,
    spec: inFolder(document.spec),
    interrupts: { signals: interrupts.signals, each: interrupts.each ?? document.repeat },
    report: Object.fromEntries(Object.entries(document.report).map(([format, written]) => [format, inFolder(written)])),
  };
}

/** A file that is called `matrix.yaml`, as most are, has the name of its folder. */
function nameOf(file: string): string {
  const base = path.basename(file).replace(/\.ya?ml$/, '');
  const name = (base === 'matrix' ? path.basename(path.dirname(file)) : base)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 40) || 'matrix';
}
