import type { ContainerEngine, Exit, OnOutput, OutputStream, RunOptions } from '../../src/engine/ports.ts';
import type { ContainerPlan } from '../../src/plan/plan.ts';
import { containerPlan } from '../support/steps.ts';
import { SCRIPTS, type ScriptName } from './scripts.ts';

/** The label by which everything the contract makes is found and removed again. */
export const CONTRACT_LABEL = 'dev.runner.contract';

interface Heard {
  readonly exit: Exit;
  readonly stdout: string;
  readonly stderr: string;
}

/** One engine under test. Names are unique in this process and on the daemon. */
export class Setting {
  readonly engine: ContainerEngine;
  readonly id: string = `contract-${Math.random().toString(36).slice(2, 10)}`;
  #count = 0;

  constructor(engine: ContainerEngine) {
    this.engine = engine;
  }

  name(): string {
    this.#count += 1;
    return `${this.id}-${this.#count}`;
  }

  get label(): readonly [label: string, value: string] {
    return [CONTRACT_LABEL, this.id];
  }

  get labels(): Readonly<Record<string, string>> {
    return { [CONTRACT_LABEL]: this.id };
  }

  plan(script: ScriptName, over: Partial<ContainerPlan> = {}): ContainerPlan {
    return { ...planOf(this.name(), ['sh', '-c', SCRIPTS[script].run]), labels: this.labels, ...over };
  }

  /** Created, by its name. */
  async created(script: ScriptName, over: Partial<ContainerPlan> = {}): Promise<string> {
    const plan = this.plan(script, over);
    await this.engine.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
    return plan.name;
  }

  /** Created and running, by its name. */
  async started(script: ScriptName, over: Partial<ContainerPlan> = {}): Promise<string> {
    const name = await this.created(script, over);
    await this.engine.start(name, { onOutput: () => {} });
    return name;
  }

  async run(script: ScriptName, options: Partial<RunOptions> = {}): Promise<Heard> {
    const name = await this.created(script, { stdin: options.stdin ? 'secrets' : 'none' });
    return heard((onOutput) => this.engine.run(name, { ...calm(onOutput), ...options }));
  }

  async exec(container: string, script: ScriptName, options: Partial<RunOptions> = {}): Promise<Heard> {
    const stdin = options.stdin ? 'secrets' : 'none';
    const plan = { container, command: ['sh', '-c', SCRIPTS[script].run], env: {}, stdin, marker: `MARK=${this.name()}` } as const;
    return heard((onOutput) => this.engine.exec(plan, { ...calm(onOutput), ...options }));
  }

  /** The names of what is there. */
  async left(): Promise<readonly string[]> {
    const found = await this.engine.labelled(...this.label);
    return found.map(({ resource }) => resource.name).toSorted();
  }

  async removeAll(): Promise<void> {
    const found = await this.engine.labelled(...this.label);
    const named = (kind: string) => found.filter(({ resource }) => resource.kind === kind).map(({ resource }) => resource.name);
    await Promise.all(named('container').map((name) => this.engine.removeContainer(name)));
    await Promise.all(named('network').map((name) => this.engine.removeNetwork(name)));
    await Promise.all(named('volume').map((name) => this.engine.removeVolume(name)));
    await Promise.all(named('image').map((name) => this.engine.removeImage(name)));
  }
}

/** Options of a run that nobody stops. */
export const calm = (onOutput: OnOutput): RunOptions => ({ onOutput, signal: new AbortController().signal, killAfterMs: () => 0 });

async function heard(run: (onOutput: OnOutput) => Promise<Exit>): Promise<Heard> {
  const text: Record<OutputStream, string> = { stdout: '', stderr: '' };
  const exit = await run((stream, chunk) => {
    text[stream] += Buffer.from(chunk).toString();
  });
  return { exit, ...text };
}

/** The plainest container there is. */
export const planOf = (name: string, command: readonly string[]): ContainerPlan => {
  const { entrypoint: _, ...plain } = containerPlan(name, '');
  return { ...plain, name, command, network: { type: 'none' }, labels: {} };
};
