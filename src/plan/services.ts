import type { ServiceSpec } from '../spec/spec.ts';
import { type ContainerSetting, imageName } from './container.ts';
import { runLabels } from './labels.ts';
import { mountsPlan, uniqueByName } from './mounts.ts';
import { resourceName } from './names.ts';
import type { ContainerPlan, Milestone, NetworkMode, Step } from './plan.ts';
import { pathSetting } from './shared-paths.ts';

/** The volumes and caches of the services. */
export const serviceVolumes = (setting: ContainerSetting): readonly Step[] =>
  uniqueByName(setting.spec.services.flatMap((service) => mountsOf(setting, service).steps));

/**
 * The services as steps, what they depend on first. All start at the same time, but for what the others must have reached
 * before. `askFrom` is a container that can ask about their readiness.
 */
export function serviceSteps(setting: ContainerSetting, askFrom: string | undefined): readonly Step[] {
  const { services } = setting.spec;
  return services.toSorted((a, b) => depthOf(a, services) - depthOf(b, services)).map((service) => serviceStep(setting, service, askFrom));
}

/** 0 for a service that waits for nobody. Cycles were refused when the spec was loaded. */
function depthOf(service: ServiceSpec, all: readonly ServiceSpec[]): number {
  const before = all.filter(({ name }) => Object.hasOwn(service.dependsOn, name));
  return before.length === 0 ? 0 : 1 + Math.max(...before.map((one) => depthOf(one, all)));
}

function serviceStep(setting: ContainerSetting, service: ServiceSpec, askFrom: string | undefined): Step {
  const before = Object.entries(service.dependsOn).map(([name, condition]): [string, Milestone] => [
    nameOf(setting, name),
    condition === 'started' ? 'started' : 'ready',
  ]);
  return {
    kind: 'container',
    name: service.name,
    when: 'success',
    role: 'service',
    wave: SERVICE_WAVE,
    container: serviceContainer(setting, service),
    ...(isOneOff(service, setting.spec.services) ? { untilEnd: true } : service.ready ? { ready: service.ready } : {}),
    ...(before.length > 0 ? { after: Object.fromEntries(before) } : {}),
    ...(service.ready && 'http' in service.ready && askFrom !== undefined ? { askFrom } : {}),
  };
}

/** Whatever else stands beside the steps may have it, too. */
export const SERVICE_WAVE = 0;

const nameOf = ({ context }: ContainerSetting, service: string): string => resourceName(context.run, `service-${service}`);

const isOneOff = ({ name }: ServiceSpec, all: readonly ServiceSpec[]): boolean =>
  all.some(({ dependsOn }) => Object.hasOwn(dependsOn, name) && dependsOn[name] === 'completed');

/** A service is what its image says: its own user, its own root; of the spec it takes limits and rights, not the workspace. */
function serviceContainer(setting: ContainerSetting, service: ServiceSpec): ContainerPlan {
  const { spec, context } = setting;
  const { docker } = spec;
  return {
    name: nameOf(setting, service.name),
    image: imageName(service.image, context.run),
    pull: docker.pull,
    ...(service.entrypoint ? { entrypoint: service.entrypoint } : {}),
    command: service.command,
    env: service.env,
    ...(service.user === undefined ? {} : { user: service.user }),
    groups: [],
    ...(service.workingDir === undefined ? {} : { dir: service.workingDir }),
    mounts: mountsOf(setting, service).mounts,
    uploads: [],
    network: named(setting.network, [service.name, ...service.aliases]),
    resources: spec.resources,
    ulimits: service.ulimits,
    init: docker.init,
    privileged: false,
    capAdd: [],
    capDrop: docker.capDrop,
    devices: [],
    readOnly: false,
    ...(docker.runtime === undefined ? {} : { runtime: docker.runtime }),
    labels: runLabels(spec, setting.pattern, context),
    stdin: 'none',
  };
}

const mountsOf = ({ spec, context, pattern }: ContainerSetting, { mounts }: ServiceSpec) =>
  mountsPlan(mounts, {
    run: context.run,
    labels: runLabels(spec, pattern, context),
    uid: context.facts.caller.uid,
    paths: pathSetting(spec, context),
  });

const named = (network: NetworkMode, aliases: readonly string[]): NetworkMode =>
  network.type === 'network' ? { ...network, aliases } : network;
