import type { Env } from '../../spec/spec.ts';
import type { Endpoint } from './endpoint.ts';

/** Would lead the Docker CLI to another daemon, another builder or another way of printing. */
const MISLEADING: readonly string[] = [
  'DOCKER_CONTEXT',
  'DOCKER_HOST',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'BUILDX_BUILDER',
  'BUILDKIT_PROGRESS',
];

/** The user's environment, for the Docker CLI to find the daemon that the runner found. */
export function cliEnvironment(endpoint: Endpoint, environment: Env): Env {
  const kept = Object.entries(environment).filter(([name]) => !MISLEADING.includes(name));
  return { ...Object.fromEntries(kept), DOCKER_HOST: endpoint.url, ...tlsVariables(endpoint) };
}

function tlsVariables(endpoint: Endpoint): Env {
  if (endpoint.type === 'unix' || !endpoint.tls) return {};
  return { DOCKER_CERT_PATH: endpoint.tls.folder, ...(endpoint.tls.verify ? { DOCKER_TLS_VERIFY: '1' } : { DOCKER_TLS: '1' }) };
}
