import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SelfEngine } from '../../engine/ports/self.ts';
import { RunnerError, toRunnerError } from '../../errors.ts';
import type { Cell } from '../../matrix/cells.ts';
import { basesOf, imagesOf, isPinned, prerequisitesOf, privilegesOf, specLines } from '../../matrix/facts.ts';
import type { CellFacts, CellRecord } from '../../matrix/results/records.ts';
import { passedOver } from '../../matrix/takes.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Matrix } from '../../spec/matrix/matrix.ts';
import type { Override } from '../../spec/overrides.ts';
import { pathText } from '../../spec/path.ts';
import type { Spec } from '../../spec/spec.ts';
import type { Diagnosis } from '../doctor.ts';
import type { SpecRequest } from '../exec-flags.ts';
import { loadDocument } from '../load-document.ts';
import { loadPlan } from '../load-plan.ts';
import type { World } from '../world.ts';
import type { MatrixRequest } from './flags.ts';

/** A cell, and how its runs are started. */
export interface PlannedCell {
  readonly cell: Cell;
  readonly record: CellRecord;
  /** After `runner exec`. */
  readonly args: readonly string[];
}

export interface Planning {
  readonly world: World;
  readonly matrix: Matrix;
  readonly request: Pick<MatrixRequest, 'allow' | 'dockerContext'>;
  readonly diagnoses: readonly Diagnosis[];
  readonly self: SelfEngine;
}

/**
 * Plans every cell that this machine can run and whose pattern can take the spec, so that what is wrong with one is said
 * before any is run. Throws as `exec` would for that cell, and says which it is.
 */
export async function planCells(cells: readonly Cell[], planning: Planning): Promise<readonly PlannedCell[]> {
  const planned: PlannedCell[] = [];
  for (const cell of cells) planned.push(await planCell(cell, planning).catch((thrown: unknown) => Promise.reject(ofCell(cell, thrown))));
  return planned;
}

async function planCell(cell: Cell, planning: Planning): Promise<PlannedCell> {
  const { world, matrix, request, diagnoses, self } = planning;
  const { id, pattern, values } = cell;
  const base = { id, pattern, values };
  const diagnosis = diagnoses.find((one) => one.pattern === pattern);
  if (!diagnosis?.runs) return { cell, record: { ...base, unavailable: diagnosis?.says ?? [] }, args: [] };
  const file = path.resolve(matrix.folder, String(values['spec'] ?? matrix.spec));
  const asked = specOf(file, [...cell.set, { path: ['pattern'], value: pattern, from: 'axis pattern' }], request);
  const { spec } = await loadDocument(world, asked);
  const unavailable = passedOver(spec, pattern);
  if (unavailable.length > 0) return { cell, record: { ...base, unavailable }, args: [] };
  const set = [...cell.set, ...ownCopy(spec), ...emptyCaches(spec, cell), ...timeoutOf(matrix)];
  const plan = await loadPlan(world, specOf(file, [...set, ...asked.set.slice(-1)], request), { allow: request.allow, self });
  const facts = await factsOf(plan, spec, { cell, diagnosis });
  return { cell, record: { ...base, facts }, args: [file, '--pattern', pattern, ...set.flatMap(flagOf), ...flagsOf(request)] };
}

const specOf = (file: string, set: readonly Override[], { allow, dockerContext }: Planning['request']): SpecRequest => ({
  file,
  folder: undefined,
  set,
  env: {},
  envFiles: [],
  steps: [],
  allow,
  artifactsDir: undefined,
  dockerContext,
  selfContainer: undefined,
  flags: [],
});

const from = 'the matrix';

/** No run may find what another has left in the workspace. */
const ownCopy = ({ workspace }: Spec): readonly Override[] =>
  workspace.mode === undefined ? [{ path: ['workspace', 'mode'], value: 'copy', from }] : [];

/** A cache that is empty in every run is a throwaway volume. */
const emptyCaches = ({ mounts }: Spec, { cache }: Cell): readonly Override[] =>
  cache !== 'cold'
    ? []
    : mounts.flatMap((mount, index): readonly Override[] => {
        if (mount.type !== 'cache') return [];
        const volume = { volume: mount.cache, target: mount.target, read_only: mount.readOnly };
        return [{ path: ['mounts', index], value: JSON.stringify(volume), from }];
      });

const timeoutOf = ({ timeoutMs }: Matrix): readonly Override[] =>
  timeoutMs === undefined ? [] : [{ path: ['timeout'], value: `${Math.ceil(timeoutMs / 1000)}s`, from }];

const flagOf = ({ path: field, value }: Override): readonly string[] => ['--set', `${pathText(field)}=${value}`];

const flagsOf = ({ allow, dockerContext }: Planning['request']): readonly string[] => [
  ...(allow.length > 0 ? ['--allow', allow.join(',')] : []),
  ...(dockerContext === undefined ? [] : ['--docker-context', dockerContext]),
];

interface About {
  readonly cell: Cell;
  readonly diagnosis: Diagnosis;
}

async function factsOf(plan: Plan, spec: Spec, { cell, diagnosis }: About): Promise<CellFacts> {
  const [text, ...dockerfiles] = await Promise.all(
    [spec.file, ...spec.build.map(({ dockerfile }) => dockerfile)].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const bases = plan.steps.some(({ kind }) => kind === 'build') ? dockerfiles.flatMap(basesOf) : [];
  const images = [...new Set([...imagesOf(plan), ...bases])].map((name) => ({ name, pinned: isPinned(name) }));
  return {
    specLines: specLines(text ?? '', cell.pattern) + cell.set.length,
    prerequisites: prerequisitesOf(plan).map((name) => versionOf(name, diagnosis)),
    privileges: privilegesOf(plan),
    images,
  };
}

/** As doctor found it, without where. */
const versionOf = (name: string, { says }: Diagnosis): string =>
  says.find((line) => line.toLowerCase().startsWith(name.toLowerCase()))?.replace(/ at \S+.*/, '') ?? name;

function ofCell({ id }: Cell, thrown: unknown): RunnerError {
  const { code, message, detail, hint, at } = toRunnerError(thrown);
  return new RunnerError(code, `cell ${id}: ${message}`, {
    detail,
    cause: thrown,
    ...(hint === undefined ? {} : { hint }),
    ...(at ? { at } : {}),
  });
}
