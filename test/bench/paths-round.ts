import { tmpdir } from 'node:os';
import { PATTERNS } from '../../patterns/index.ts';
import { pathsFor } from '../../src/cli/paths-for.ts';
import type { World } from '../../src/cli/world.ts';
import { connect } from '../../src/engine/connect.ts';
import type { StepContext } from '../../src/execute/handlers.ts';
import { proveMounts } from '../../src/execute/prove.ts';
import { proofsIn } from '../../src/ledger/proofs.ts';
import { compile } from '../../src/plan/compile.ts';
import { newRunId } from '../../src/plan/names.ts';
import type { StepOf } from '../../src/plan/plan.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { containerPlan } from '../support/steps.ts';

/**
 * In a container, in a process of its own, with a state folder in argv: how long it takes from asking where the runner is to
 * having proved the mounts of a plan; and a container that does nothing. Prints a line of JSON, in milliseconds.
 */
const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
const engines = connect({ environment, context: undefined });
const { containers, self } = engines;
const caller = { uid: 0, gid: 0, groups: [0], userName: 'root', home: '/root' };
const world = { environment, tempFolder: tmpdir(), caller } as unknown as World;
const text = Buffer.from('pattern: serial\nimage: busybox:1\nsteps: [{ name: a, run: "true" }]\n');
const { spec } = await loadSpec({ file: 'spec.yaml', text }, { folder: process.cwd(), environment, readFile: async () => undefined });
const proofs = proofsIn(process.argv[2] as string);

async function proved(): Promise<number> {
  const started = performance.now();
  const paths = await pathsFor(spec, 'serial', world, { self, named: undefined });
  const facts = { environment, caller, owner: 'bench', now: 0, paths, tempFolder: tmpdir(), knownHosts: undefined };
  const plan = compile(spec, 'serial', PATTERNS, { run: newRunId(), facts, artifactsDir: undefined, allowed: new Set() });
  const step = plan.steps[0] as StepOf<'probe'>;
  const owned: string[] = [];
  const scope = { own: ({ name }: { name: string }) => void owned.push(name), release: () => {} };
  await proveMounts(step, { around: { engines, proofs }, scope } as unknown as StepContext);
  const took = performance.now() - started;
  for (const name of owned) await containers.removeContainer(name);
  return took;
}

async function noop(): Promise<number> {
  const started = performance.now();
  const plan = { ...containerPlan(`paths-${process.pid}-${Date.now()}`, 'true'), labels: {} };
  const { signal } = new AbortController();
  await containers.create(plan, { onProgress: () => {}, signal });
  await containers.run(plan.name, { onOutput: () => {}, signal, killAfterMs: () => 0 });
  const took = performance.now() - started;
  await containers.removeContainer(plan.name);
  return took;
}

const provedMs = await proved();
const noopMs = await noop();
process.stdout.write(`${JSON.stringify({ provedMs, noopMs })}\n`);
