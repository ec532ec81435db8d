import type { Place } from '../errors.ts';
import { buildProblems } from './checks.ts';
import type { Composed, ComposeSurroundings } from './compose.ts';
import type { Document } from './document.ts';
import { type NamedFile, namedIn, readEnvFiles } from './env-files.ts';
import { interpolate, isScript } from './interpolate.ts';
import { missingFiles } from './named-files.ts';
import { applyOverrides, type Override } from './overrides.ts';
import { type Path, parsePath } from './path.ts';
import { SpecProblems } from './problem.ts';
import { specOf } from './resolve.ts';
import type { Env, Spec } from './spec.ts';
import { onePerPath, validate } from './validate.ts';
import { whereIn } from './where.ts';
import { parseYaml } from './yaml/parse.ts';
import { type Replace, unfold, withoutExtensions } from './yaml/unfold.ts';

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
  /** Whether there is a file or folder, by absolute path; left out: files that are only named are not looked for. */
  exists?(path: string): Promise<boolean>;
  /** Values over the document's, in order. */
  readonly set?: readonly Override[];
  /** Variables over those of the document. */
  readonly env?: Env;
  /** More env files, absolute; their variables stand over those of the document, and under `env`. */
  readonly envFiles?: readonly string[];
}

export interface LoadedSpec {
  readonly spec: Spec;
  /** Where a field of the document was written: `placeOf('docker.privileged')`. */
  placeOf(path: string | Path): Place;
}

/**
 * Reads, checks and completes the user's document. Throws `SpecProblems` with everything that is wrong with it.
 * Reads nothing but the document, the environment, and the env and Compose files that are named.
 */
export async function loadSpec(source: SpecSource, around: SpecSurroundings): Promise<LoadedSpec> {
  const overrides = around.set ?? [];
  const folder = { ...around, file: source.file };
  const yaml = parseYaml(source.file, Buffer.from(source.text));
  const unfolded = unfold(yaml, replacing(around.environment));
  const { tree, problems: misfits } = applyOverrides(withoutExtensions(unfolded.value), overrides);
  const where = whereIn(yaml, overrides);
  const { document, problems: ofDocument } = validate({ tree, where, readings: unfolded.readings });
  const files = await readEnvFiles(namedIn(tree, where), folder);
  const over = await readEnvFiles((around.envFiles ?? []).map(fromFlag), folder);
  const missing = document ? await missingFiles(document.kind, { folder: around.folder, exists: around.exists, where }) : [];
  const problems = onePerPath([unfolded.problems, misfits, ofDocument, files.problems, over.problems, missing].flat());
  if (document === undefined || problems.length > 0) throw new SpecProblems(problems);
  const env = { ...files.env, ...document.env, ...over.env, ...around.env };
  const composed = await servicesOf(document, { ...folder, where });
  const ofBuilds =
    'compose' in document.services
      ? buildProblems(
          tree,
          where,
          composed.builds.map(({ tag }) => tag),
        )
      : [];
  if (ofBuilds.length > 0) throw new SpecProblems(ofBuilds);
  const spec = specOf(document, { file: source.file, folder: around.folder, env, ...composed });
  return { spec, placeOf: (path) => where.value(typeof path === 'string' ? (parsePath(path) ?? []) : path) };
}

const replacing =
  (environment: Env): Replace =>
  (text, path) =>
    isScript(path) ? { text, problems: [] } : interpolate(text, environment);

/** Few documents have their services in a Compose file, so what reads one is loaded for them alone. */
async function servicesOf({ services }: Document, around: ComposeSurroundings): Promise<Composed> {
  if (!('compose' in services)) return { services, builds: [] };
  const { composeServices } = await import('./compose.ts');
  return composeServices(services, around);
}

const fromFlag = (file: string): NamedFile => ({ file, place: () => ({ file: '--env-file', line: 0, column: 0 }), path: '' });
