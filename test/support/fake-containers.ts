import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type {
  BuiltImage,
  ContainerEngine,
  ContainerState,
  DaemonFacts,
  Exit,
  Labelled,
  OnOutput,
  OnProgress,
  Poised,
  Running,
  RunOptions,
} from '../../src/engine/ports.ts';
import type { BuildPlan, ContainerPlan, ExecPlan, Labels, NetworkPlan, Upload, VolumePlan } from '../../src/plan/plan.ts';
import { type Resource, type ResourceKind, resourceText } from '../../src/plan/resource.ts';
import { type Behaviour, FakeProcess, underSignal } from './fake-containers-process.ts';
import { FAKE_FACTS, refused, requireNeedsOf } from './fake-containers-rules.ts';
import type { Call, FakeContainer, FakeScript } from './fake-containers-script.ts';
import { treeBelow } from './fake-containers-tar.ts';
import { FakeNetworks } from './fake-networks.ts';

export type { Behaviour } from './fake-containers-process.ts';
export type { FakeContainer } from './fake-containers-script.ts';

/** A daemon in memory: remembers what exists and what happened, so that a test can ask what is left. */
export class FakeContainers implements ContainerEngine {
  readonly script: FakeScript = { behaviours: {}, before: () => {}, after: () => {}, missingImages: [] };
  /** `+container x`, `▶container x`, `-container x`, in the order of happening. */
  readonly log: string[] = [];
  readonly containers: Map<string, FakeContainer> = new Map();
  readonly execs: ExecPlan[] = [];
  readonly #objects = new Map<string, Labelled>();
  readonly #networks = new FakeNetworks(this.containers);

  /** What exists: `container x`, `network y`. */
  get left(): readonly string[] {
    return [...this.#objects.keys()];
  }

  describe(): Promise<DaemonFacts> {
    return Promise.resolve(FAKE_FACTS);
  }

  createNetwork({ name, labels }: NetworkPlan): Promise<void> {
    return this.#call('createNetwork', name, () => this.#add({ kind: 'network', name }, labels));
  }

  removeNetwork(name: string): Promise<void> {
    return this.#call('removeNetwork', name, () => {
      if (this.#networks.within(name).length > 0) throw refused('docker.failed', `network ${name} has active endpoints`);
      this.#drop({ kind: 'network', name });
    });
  }

  emptyNetwork(name: string, own: ReadonlySet<string>): Promise<boolean> {
    return this.#call('emptyNetwork', name, () => {}).then(() => this.#networks.empty(name, own));
  }

  createVolume({ name, labels }: VolumePlan): Promise<void> {
    return this.#call('createVolume', name, () => {
      if (!this.#objects.has(`volume ${name}`)) this.#add({ kind: 'volume', name }, labels);
    });
  }

  removeVolume(name: string): Promise<void> {
    return this.#call('removeVolume', name, () => {
      const users = [...this.containers.values()].filter(({ plan }) => plan.mounts.some((m) => m.type === 'volume' && m.volume === name));
      if (users.length > 0) throw refused('docker.failed', `volume ${name} is in use`);
      this.#drop({ kind: 'volume', name });
    });
  }

  async build(plan: BuildPlan, options: RunOptions & { readonly secrets: ReadonlyMap<string, Uint8Array> }): Promise<BuiltImage> {
    await this.#call('build', plan.tag, async () => {
      const { code } = await underSignal(new FakeProcess(this.script.behaviours[plan.tag] ?? {}, options), options);
      if (code !== 0) throw refused('image.build-failed', `the image ${plan.tag} could not be built`);
      this.#add({ kind: 'image', name: plan.tag }, plan.labels);
    });
    return { id: `sha256:${plan.tag}`, sizeBytes: 4_261_000, layers: 2 };
  }

  removeImage(tag: string): Promise<void> {
    return this.#call('removeImage', tag, () => this.#drop({ kind: 'image', name: tag }));
  }

  create(plan: ContainerPlan, options: { readonly onProgress: OnProgress; readonly signal: AbortSignal }): Promise<void> {
    return this.#call('create', plan.name, () => {
      if (this.script.missingImages.includes(plan.image)) throw refused('image.missing', `there is no image ${plan.image}`);
      if (plan.pull === 'always') options.onProgress(`pulling ${plan.image}`);
      if (this.containers.has(plan.name)) throw refused('docker.failed', `the name ${plan.name} is taken`);
      requireNeedsOf(plan, this.left);
      this.#add({ kind: 'container', name: plan.name }, plan.labels);
      const fresh = { uploads: [], files: new Map(), processes: new Set<FakeProcess>(), status: 'created' as const };
      this.containers.set(plan.name, { plan, ...fresh, exit: { code: 0, oomKilled: false } });
    });
  }

  upload(name: string, upload: Upload): Promise<void> {
    return this.#call('upload', name, () => void this.#container(name, 'created').uploads.push(upload));
  }

  async run(name: string, options: RunOptions): Promise<Exit> {
    if (options.signal.aborted) return { code: options.killAfterMs() === 0 ? 137 : 143, oomKilled: false };
    const process = await this.#start('run', name, options);
    return underSignal(process, options);
  }

  async start(name: string, options: { readonly onOutput: OnOutput; readonly stdin?: Uint8Array }): Promise<Running> {
    const process = await this.#start('start', name, options);
    return { ended: process.ended, detach: () => process.detach() };
  }

  async poise(name: string): Promise<Poised> {
    const container = await this.#begin('poise', name);
    return { run: async (options) => underSignal(this.#live(container, options), options) };
  }

  async exec(plan: ExecPlan, options: RunOptions): Promise<Exit> {
    const container = this.#container(plan.container, 'running');
    await this.script.before('exec', plan.container);
    this.execs.push(plan);
    const process = new FakeProcess(this.#behaviourOf(plan.command, ''), options);
    container.processes.add(process);
    const exit = await underSignal(process, options).finally(() => container.processes.delete(process));
    if (container.status === 'exited' && !options.signal.aborted) throw refused('docker.failed', `container ${plan.container} stopped`);
    return exit;
  }

  async state(name: string): Promise<ContainerState> {
    const { status, exit } = this.#container(name);
    return { running: status === 'running', exit };
  }

  stop(name: string): Promise<void> {
    return this.#call('stop', name, () => this.#killAll(name));
  }

  async download(name: string, path: string): Promise<Readable | undefined> {
    return treeBelow(path, this.#container(name, 'exited').files);
  }

  async addressOf(name: string): Promise<string | undefined> {
    return this.#container(name).plan.network.type === 'network' ? '10.213.0.2' : undefined;
  }

  async inspect(name: string): Promise<unknown> {
    return { Name: `/${name}`, State: this.#container(name).status };
  }

  events = async (): Promise<string> => this.log.map((line) => `${JSON.stringify({ line })}\n`).join('');

  removeContainer(name: string): Promise<void> {
    return this.#call('removeContainer', name, async () => {
      await this.#killAll(name);
      this.containers.delete(name);
      this.#drop({ kind: 'container', name });
    });
  }

  async labelled(label: string, value?: string, kinds?: readonly ResourceKind[]): Promise<readonly Labelled[]> {
    return [...this.#objects.values()].filter(
      ({ resource, labels }) =>
        label in labels && (value === undefined || labels[label] === value) && (kinds?.includes(resource.kind) ?? true),
    );
  }

  listAll = async (): Promise<readonly Labelled[]> => [...this.#objects.values()];

  usage = async (): Promise<readonly []> => [];

  async volumeSizes(label: string): Promise<ReadonlyMap<string, number>> {
    const volumes = (await this.labelled(label)).filter(({ resource }) => resource.kind === 'volume');
    return new Map(volumes.map(({ resource }) => [resource.name, 4096]));
  }

  async #call(call: Call, name: string, act: () => void | Promise<void>): Promise<void> {
    await setImmediate();
    await this.script.before(call, name);
    await act();
    await this.script.after(call, name);
  }

  async #start(
    call: 'run' | 'start',
    name: string,
    io: { readonly onOutput: OnOutput; readonly stdin?: Uint8Array },
  ): Promise<FakeProcess> {
    const process = this.#live(await this.#begin(call, name), io);
    await this.script.after(call, name);
    return process;
  }

  async #begin(call: Call, name: string): Promise<FakeContainer> {
    await this.script.before(call, name);
    const container = this.#container(name, 'created');
    container.status = 'running';
    this.log.push(`▶container ${name}`);
    return container;
  }

  #live(container: FakeContainer, io: Pick<RunOptions, 'onOutput'> & { readonly stdin?: Uint8Array }): FakeProcess {
    const behaviour = this.#behaviourOf([...(container.plan.entrypoint ?? []), ...container.plan.command], container.plan.image);
    const process = new FakeProcess(behaviour, io);
    container.processes.add(process);
    void process.ended.then((exit) => this.#ended(container, process, { exit, files: behaviour.files ?? {} }));
    return process;
  }

  /** The first process of a container takes the others with it. */
  #ended(
    container: FakeContainer,
    first: FakeProcess,
    end: { readonly exit: Exit; readonly files: Readonly<Record<string, string>> },
  ): void {
    for (const [file, text] of Object.entries(end.files)) container.files.set(file, text);
    container.processes.delete(first);
    for (const other of container.processes) other.kill();
    container.status = 'exited';
    container.exit = end.exit;
  }

  async #killAll(name: string): Promise<void> {
    const processes = [...(this.containers.get(name)?.processes ?? [])];
    for (const process of processes) process.kill();
    await Promise.all(processes.map((process) => process.ended));
  }

  #behaviourOf(command: readonly string[], image: string): Behaviour {
    return this.script.behaviours[command.at(-1) ?? ''] ?? this.script.behaviours[image] ?? {};
  }

  #container(name: string, status?: FakeContainer['status']): FakeContainer {
    const container = this.containers.get(name);
    if (!container) throw refused('docker.failed', `no such container: ${name}`);
    if (status && container.status !== status) throw refused('docker.failed', `container ${name} is ${container.status}, not ${status}`);
    return container;
  }

  #add(resource: Resource, labels: Labels): void {
    this.log.push(`+${resourceText(resource)}`);
    this.#objects.set(resourceText(resource), { resource, labels });
  }

  #drop(resource: Resource): void {
    if (this.#objects.delete(resourceText(resource))) this.log.push(`-${resourceText(resource)}`);
  }
}
