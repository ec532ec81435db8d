import type { ContainerEngine, Exit } from '../../src/engine/ports.ts';
import type { ContainerPlan, Upload } from '../../src/plan/plan.ts';
import type { Behaviour, FakeProcess } from './fake-containers-process.ts';

export type Call = Exclude<
  keyof ContainerEngine,
  'describe' | 'labelled' | 'listAll' | 'usage' | 'volumeSizes' | 'state' | 'inspect' | 'addressOf'
>;

export interface FakeContainer {
  readonly plan: ContainerPlan;
  readonly uploads: Upload[];
  readonly files: Map<string, string>;
  readonly processes: Set<FakeProcess>;
  status: 'created' | 'running' | 'exited';
  exit: Exit;
}

/** What the fake does by itself, changed by a test at any time. */
export interface FakeScript {
  /** By the last word of the command (the script of a step), else by image; else a process exits 0 at once. */
  behaviours: Record<string, Behaviour>;
  /** Before the daemon acts; throw to refuse, wait to be slow. */
  before: (call: Call, name: string) => void | Promise<void>;
  /** After the daemon acted, before it answers; throw for an answer that was lost. */
  after: (call: Call, name: string) => void | Promise<void>;
  /** Images that are neither here nor to be had. */
  missingImages: readonly string[];
}
