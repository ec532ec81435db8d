import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { PATTERNS, patternOf } from '../../patterns/index.ts';
import type { SelfEngine } from '../engine/ports/self.ts';
import { RunnerError } from '../errors.ts';
import { compile } from '../plan/compile.ts';
import type { HostFacts } from '../plan/facts.ts';
import { newRunId } from '../plan/names.ts';
import type { PathMap } from '../plan/paths.ts';
import type { Plan } from '../plan/plan.ts';
import { allowedBy, refusals, refusedError } from '../spec/policy.ts';
import type { Spec } from '../spec/spec.ts';
import type { SpecRequest } from './exec-flags.ts';
import { loadDocument } from './load-document.ts';
import { knownHostsOf, namedSelf, pathsFor } from './paths-for.ts';
import { refuseTakenPorts } from './taken-ports.ts';
import type { World } from './world.ts';

export interface Around {
  /** Policy keys. */
  readonly allow: readonly string[];
  readonly self: SelfEngine;
}

/**
 * From the user's words to a plan. Throws `spec.invalid`, `usage.invalid` or `policy.refused`, and `self.unidentified`,
 * `mount.*` or `docker.*` where the runner is in a container, `port.in-use` where it is not; with nothing touched.
 */
export async function loadPlan(world: World, request: SpecRequest, { allow, self }: Around): Promise<Plan> {
  const loaded = await loadDocument(world, request);
  const spec = withoutState(only(loaded.spec, request.steps), world.stateFolder);
  const allowed = allowedBy([{ from: '--allow', content: { allow: allow.filter((key) => key !== '') } }]);
  const refused = refusals(spec, { allowed, trusted: [world.folder], resolved });
  if (refused.length > 0) throw refusedError(refused, loaded.placeOf);
  const artifactsDir = request.artifactsDir === undefined ? undefined : path.resolve(world.folder, request.artifactsDir);
  const pattern = patternOf(spec);
  const paths = await pathsFor(spec, pattern, world, { self, named: namedSelf(request.selfContainer, world) });
  if (paths.seen === 'same') refuseTakenPorts(loaded);
  return compile(spec, pattern, PATTERNS, { run: newRunId(randomBytes()), facts: factsOf(world, paths), artifactsDir, allowed });
}

/** `--step NAME`: only these, in the order of the spec. */
function only(spec: Spec, names: readonly string[]): Spec {
  if (names.length === 0) return spec;
  const stranger = names.find((name) => !spec.steps.some((step) => step.name === name));
  if (stranger !== undefined) {
    throw new RunnerError('usage.invalid', `there is no step ${stranger}`, {
      hint: `Steps: ${spec.steps.map(({ name }) => name).join(', ')}.`,
    });
  }
  return { ...spec, steps: spec.steps.filter(({ name }) => names.includes(name)) };
}

/** A copy of the workspace holds nothing of the runner's own, which changes while it is made and grows with every run. */
function withoutState(spec: Spec, stateFolder: string): Spec {
  const { path: workspace, exclude } = spec.workspace;
  const inside = path.relative(resolved(workspace), resolved(stateFolder));
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return spec;
  return { ...spec, workspace: { ...spec.workspace, exclude: [...exclude, inside] } };
}

/** Links followed as far as the path exists: the rest may still be made. */
function resolved(wanted: string): string {
  try {
    return realpathSync(wanted);
  } catch {
    const parent = path.dirname(wanted);
    return parent === wanted ? wanted : path.join(resolved(parent), path.basename(wanted));
  }
}

/** From the kernel itself: `node:crypto` takes five milliseconds to load. */
function randomBytes(): Uint8Array {
  const bytes = new Uint8Array(16);
  const file = openSync('/dev/urandom', 'r');
  readSync(file, bytes);
  closeSync(file);
  return bytes;
}

const factsOf = ({ environment, caller, owner, clock, tempFolder }: World, paths: PathMap): HostFacts => ({
  environment,
  caller,
  owner,
  now: clock.now(),
  paths,
  tempFolder,
  knownHosts: knownHostsOf(caller.home),
});
