import { readFileSync } from 'node:fs';
import { connectDocker, type DockerFacts } from '../../../src/engine/docker/connect.ts';
import { endpointOf } from '../../../src/engine/docker/endpoint.ts';
import type { ContainerEngine } from '../../../src/engine/ports.ts';

/** The real daemon that DOCKER_HOST, or the default, names; `environment` over the tests' own. */
export const connected = (environment: Record<string, string> = {}): ContainerEngine => connectDocker(dockerFacts(environment));

/** The socket behind it, for a proxy in front. */
export function socketOfTests(): string {
  const endpoint = endpointOf(dockerFacts());
  if (endpoint.type !== 'unix') throw new Error('these tests need a daemon on a local socket');
  return endpoint.socketPath;
}

const dockerFacts = (environment: Record<string, string> = {}): DockerFacts => ({
  environment: { ...(process.env as Record<string, string>), ...environment },
  readFile: textOf,
  routes: () => textOf('/proc/net/route') ?? '',
});

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
