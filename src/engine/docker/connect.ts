import type { ContainerEngine } from '../ports.ts';
import { buildImage } from './build.ts';
import { createContainer } from './create.ts';
import { registryAuth } from './credentials.ts';
import { describeDaemon } from './describe.ts';
import { downloadTree } from './download.ts';
import { emptyNetwork } from './empty-network.ts';
import { type Endpoint, type EndpointFacts, endpointOf } from './endpoint.ts';
import { execInContainer } from './exec.ts';
import { DaemonClient } from './http.ts';
import { addressIn, inspectContainer, stateOf } from './inspect.ts';
import { stopContainer } from './kill.ts';
import { allObjects, labelledObjects, volumeSizes } from './labelled.ts';
import { createNetwork } from './network.ts';
import { removeContainer, removeImage, removeNetwork, removeVolume } from './remove.ts';
import { poiseContainer, runContainer, startContainer } from './run.ts';
import { routesIn } from './subnet.ts';
import { uploadTo } from './upload.ts';
import { containerUsage } from './usage.ts';
import { createVolume } from './volume.ts';

export interface DockerFacts extends EndpointFacts {
  /** The text of `/proc/net/route`, asked for when a network is made; empty where there is no such file. */
  readonly routes: () => string;
}

/** The Docker daemon of this environment. Nothing is looked up, read or contacted before the first call. */
export function connectDocker(facts: DockerFacts): ContainerEngine {
  const client = clientFor(facts);
  return {
    describe: () => describeDaemon(client),
    createNetwork: (plan) => createNetwork(client, plan, routesIn(facts.routes())),
    removeNetwork: (name) => removeNetwork(client, name),
    emptyNetwork: (name, containers) => emptyNetwork(client, name, containers),
    createVolume: (plan) => createVolume(client, plan),
    removeVolume: (name) => removeVolume(client, name),
    build: (plan, options) => buildImage(client, plan, { ...options, environment: facts.environment }),
    removeImage: (tag) => removeImage(client, tag),
    create: (plan, options) => createContainer(client, plan, { ...options, authOf: (image) => registryAuth(image, facts) }),
    upload: (name, upload) => uploadTo(client, name, upload),
    run: (name, options) => runContainer(client, name, options),
    start: (name, options) => startContainer(client, name, options),
    poise: (name) => poiseContainer(client, name),
    exec: (plan, options) => execInContainer(client, plan, options),
    stop: (name) => stopContainer(client, name),
    download: (name, path) => downloadTree(client, name, path),
    state: async (name) => stateOf(await inspectContainer(client, name)),
    addressOf: async (name) => addressIn(await inspectContainer(client, name)),
    inspect: (name) => inspectContainer(client, name),
    removeContainer: (name) => removeContainer(client, name),
    labelled: (label, value, kinds) => labelledObjects(client, { label, value, kinds }),
    events: ({ name, value }, { sinceS, untilS }) =>
      client.text({
        method: 'GET',
        path: '/events',
        query: { since: sinceS, until: untilS, filters: JSON.stringify({ label: [`${name}=${value}`] }) },
        doing: 'say what happened',
      }),
    listAll: () => allObjects(client),
    usage: ({ name, value }) => containerUsage(client, `${name}=${value}`),
    volumeSizes: (label) => volumeSizes(client, label),
  };
}

/** The same daemon for another engine that lives on it. */
export function clientFor(facts: EndpointFacts): DaemonClient {
  let endpoint: Endpoint | undefined;
  return new DaemonClient(() => {
    endpoint ??= endpointOf(facts);
    return endpoint;
  });
}
