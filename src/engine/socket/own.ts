import { LABEL } from '../../plan/names.ts';
import type { Labels } from '../../plan/plan.ts';
import type { SocketPlan } from '../../plan/socket.ts';
import { encoded } from './asked.ts';
import type { Daemon } from './daemon.ts';
import { missing } from './refusal.ts';

interface Container {
  readonly Id: string;
  readonly Config: { readonly Labels: Labels | null };
  readonly Mounts?: readonly { readonly Destination: string }[];
}

export interface Image {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Config?: { readonly Labels?: Labels | null; readonly Volumes?: Readonly<Record<string, unknown>> | null } | null;
}

interface Named {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Labels | null;
}

const NAME = /^[\w][^/\\%?#\x00-\x20]*$/;
const IMAGE = /^[\w][\w./:@-]*$/;

/** The networks that every daemon has, and that belong to nobody. */
export const PREDEFINED: readonly string[] = ['bridge', 'host', 'none'];

/**
 * What belongs to the run: what carries its label, and of what can't carry one, what was made through this socket. What is
 * not the run's does not exist.
 */
export class Own {
  readonly plan: SocketPlan;
  /** Images without the label that the run made all the same, by id or by tag. */
  readonly images: Set<string> = new Set();
  readonly #daemon: Daemon;
  readonly #containers = new Set<string>();
  readonly #execs = new Set<string>();

  constructor(plan: SocketPlan, daemon: Daemon) {
    this.plan = plan;
    this.#daemon = daemon;
  }

  has(labels: Labels | null | undefined): boolean {
    return labels?.[LABEL.run] === this.plan.run;
  }

  /** Labels as a client wants them, with the run's over them; nobody speaks in the runner's name. */
  labelled(labels: Labels = {}): Labels {
    const theirs = Object.entries(labels).filter(([name]) => !name.toLowerCase().startsWith(OURS));
    return { ...Object.fromEntries(theirs), ...this.plan.labels };
  }

  learnContainer(id: string): void {
    this.#containers.add(id);
  }

  learnExec(id: string): void {
    this.#execs.add(id);
  }

  /** The id of a container by its id, the beginning of one, or its name. */
  async container(ref: string): Promise<string> {
    return this.#containers.has(ref) ? ref : (await this.inspected(ref)).Id;
  }

  async inspected(ref: string): Promise<Container> {
    const found = await this.#find<Container>('containers', ref, '/json');
    if (!found || !this.has(found.Config.Labels)) throw missing.container(ref);
    this.#containers.add(found.Id);
    return found;
  }

  async exec(id: string): Promise<string> {
    if (this.#execs.has(id)) return id;
    const found = await this.#find<{ readonly ContainerID: string }>('exec', id, '/json');
    if (!found) throw missing.exec(id);
    await this.container(found.ContainerID).catch(() => Promise.reject(missing.exec(id)));
    this.#execs.add(id);
    return id;
  }

  /** The id of a network by its id or name. The one that the plan names is the run's, whoever made it. */
  async network(ref: string): Promise<string> {
    const found = await this.networkBy(ref);
    if (!found || !(this.has(found.Labels) || found.Name === this.plan.network)) throw missing.network(ref);
    return found.Id;
  }

  networkBy(ref: string): Promise<Named | undefined> {
    return this.#find<Named>('networks', ref);
  }

  async readableNetwork(ref: string): Promise<string> {
    return PREDEFINED.includes(ref) ? ref : this.network(ref);
  }

  async volume(name: string): Promise<string> {
    const found = await this.volumeBy(name);
    if (!found || !this.has(found.Labels)) throw missing.volume(name);
    return name;
  }

  volumeBy(name: string): Promise<Omit<Named, 'Id'> | undefined> {
    return this.#find('volumes', name);
  }

  /** Images of nobody are everybody's to read; those of other runs are not there. */
  sees({ Config }: Image): boolean {
    return Config?.Labels?.[LABEL.run] === undefined || this.has(Config.Labels);
  }

  async image(ref: string): Promise<Image> {
    const found = await this.imageBy(ref);
    if (!found || !this.sees(found)) throw missing.image(ref);
    return found;
  }

  imageBy(ref: string): Promise<Image | undefined> {
    return this.#find<Image>('images', ref, '/json');
  }

  /** Of what can't be a name, there is nothing: it would only lead to another place of the daemon. */
  async #find<T>(kind: string, name: string, rest = ''): Promise<T | undefined> {
    const isName = kind === 'images' ? IMAGE.test(name) && !/\/\/|\/$|(?:^|\/)\.{1,2}(?:\/|$)/.test(name) : NAME.test(name);
    return isName ? this.#daemon.find<T>(`/${kind}/${encoded(name)}${rest}`) : undefined;
  }

  /** Whether the image goes with the run, by this name of it. */
  owns(image: Image, ref: string): boolean {
    return this.has(image.Config?.Labels) || this.images.has(image.Id) || this.images.has(tagged(ref));
  }
}

const OURS = 'dev.runner.';

/** `busybox` and `docker.io/library/busybox` are `busybox:latest`. */
export function tagged(name: string): string {
  const familiar = name.replace(/^docker\.io\/(?:library\/)?/, '');
  return /:[^/]+$/.test(familiar) || familiar.includes('@') ? familiar : `${familiar}:latest`;
}
