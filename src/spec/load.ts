import type { Place } from '../errors.ts';
import { type NamedFile, namedIn, readEnvFiles } from './env-files.ts';
import { shapeOf } from './kinds.ts';
import { applyOverrides, type Override } from './overrides.ts';
import { type Path, parsePath } from './path.ts';
import { SpecProblems } from './problem.ts';
import { specOf } from './resolve.ts';
import type { Env, Spec } from './spec.ts';
import { onePerPath, validate } from './validate.ts';
import { whereIn } from './where.ts';
import { parseYaml } from './yaml/parse.ts';
import { unfold } from './yaml/unfold.ts';

export interface SpecSource {
  /** What messages call the document: a path, or `-` for standard input. */
  readonly file: string;
  readonly text: Uint8Array | string;
}

export interface SpecSurroundings {
  /** Absolute; relative paths in the document start here. */
  readonly folder: string;
  /** What `${VAR}` is taken from: the runner's own environment. */
  readonly environment: Env;
  /** The bytes of a file by absolute path; undefined where there is none. */
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** Values over the document's, in order. */
  readonly set?: readonly Override[];
  /** Variables over those of the document. */
  readonly env?: Env;
  /** More env files; their variables stand over those of the document, and under `env`. */
  readonly envFiles?: readonly string[];
}

export interface LoadedSpec {
  readonly spec: Spec;
  /** Where a field of the document was written: `placeOf('docker.privileged')`. */
  placeOf(path: string | Path): Place;
}

/**
 * Reads, checks and completes the user's document. Throws `SpecProblems` with everything that is wrong with it.
 * Looks at nothing but the document, the environment and the env files.
 */
export async function loadSpec(source: SpecSource, around: SpecSurroundings): Promise<LoadedSpec> {
  const overrides = around.set ?? [];
  const yaml = parseYaml(source.file, Buffer.from(source.text));
  const unfolded = unfold(yaml, around.environment);
  const { tree, problems: misfits } = applyOverrides(withoutExtensions(unfolded.value), overrides);
  const where = whereIn(yaml, overrides);
  const { document, problems: ofDocument } = validate({ tree, where, readings: unfolded.readings });
  const files = await readEnvFiles(namedIn(tree, where), around);
  const over = await readEnvFiles((around.envFiles ?? []).map(fromFlag), around);
  const problems = onePerPath([unfolded.problems, misfits, ofDocument, files.problems, over.problems].flat());
  if (document === undefined || problems.length > 0) throw new SpecProblems(problems);
  const services = 'compose' in document.services ? [] : document.services;
  const env = { ...files.env, ...document.env, ...over.env, ...around.env };
  const spec = specOf(document, { file: source.file, folder: around.folder, env, services, builds: [] });
  return { spec, placeOf: (path) => where.value(typeof path === 'string' ? (parsePath(path) ?? []) : path) };
}

const fromFlag = (file: string): NamedFile => ({ file, place: () => ({ file: '--env-file', line: 0, column: 0 }), path: '' });

/** Top-level `x-` keys hold what anchors point to, and notes of other tools. */
function withoutExtensions(tree: unknown): unknown {
  if (shapeOf(tree) !== 'mapping') return tree;
  return Object.fromEntries(Object.entries(tree as object).filter(([key]) => !key.startsWith('x-')));
}
