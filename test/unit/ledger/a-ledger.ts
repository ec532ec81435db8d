import type { LedgerHeader } from '../../../src/ledger/record.ts';
import type { Resource } from '../../../src/plan/resource.ts';

export const RUN = '0193f3a0-0000-7000-8000-000000000001';
export const CONTAINER: Resource = { kind: 'container', name: 'runner-0193-build' };
export const NETWORK: Resource = { kind: 'network', name: 'runner-0193-net' };
export const VOLUME: Resource = { kind: 'volume', name: 'runner-0193-vol' };

/** The header of a run that uses a daemon, whose owner nobody knows. */
export const headerOf = (more: Partial<LedgerHeader> = {}): LedgerHeader => ({
  run: RUN,
  name: 'build',
  pattern: 'single',
  file: '/src/runner.yaml',
  owner: 'boot/1/2/3',
  openedAt: 1_000,
  expiresAt: 10_000,
  docker: { DOCKER_HOST: 'unix:///run/docker.sock' },
  ...more,
});
