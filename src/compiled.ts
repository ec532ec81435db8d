import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** A CommonJS file that was loaded together with what V8 had compiled of it in an earlier run. */
export interface Loaded<T> {
  readonly exports: T;
  /** Keep what is compiled by now, for the next start that does the same. Nothing where it is kept already, or can't be. */
  keep(kind: string): void;
}

/**
 * Load a file of ours with the first compiled form that fits, of the kinds given. Node's own compile cache keeps what is compiled
 * when a file is loaded; kept after a run, it also holds every function that the run has called, which saves a fifth of the
 * processor time of a short run (docs/benchmarks.md). V8 refuses what another version of itself has made; `build` tells apart what
 * was made of another state of the file. The kinds: what one command calls is of little use to another, and slows it down.
 */
export function loadCompiled<T>(file: string, { folder, build, kinds }: CompiledPlace): Loaded<T> {
  const pathOf = (kind: string): string => path.join(folder, `${kind}-${build}-${process.versions.v8}`);
  const found = kinds.map((kind) => ({ kind, cachedData: contentOf(pathOf(kind)) })).find(({ cachedData }) => cachedData);
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`;
  const script = new Script(source, { filename: file, ...(found?.cachedData && { cachedData: found.cachedData }) });
  const module = { exports: {} as T };
  script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file));
  return {
    exports: module.exports,
    keep(kind) {
      if (!script.cachedDataRejected && found?.kind === kind) return;
      write(pathOf(kind), script.createCachedData());
    },
  };
}

export interface CompiledPlace {
  readonly folder: string;
  readonly build: string;
  readonly kinds: readonly string[];
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Whole or not at all; a folder that may not be written to costs time and nothing else. */
function write(file: string, content: Buffer): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, content);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // The next start compiles again.
  }
}
