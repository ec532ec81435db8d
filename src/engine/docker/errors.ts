import { readFile, stat } from 'node:fs/promises';
import { RunnerError } from '../../errors.ts';
import { DEFAULT_SOCKET, type Endpoint, endpointText } from './endpoint.ts';

/** The daemon understood and said no. Callers that know more about the request turn it into something better. */
export class DaemonRefusal extends RunnerError {
  /** HTTP status. */
  readonly status: number;
  /** The daemon's own words. */
  readonly reason: string;

  constructor(doing: string, status: number, reason: string) {
    super(/no space left on device/i.test(reason) ? 'host.disk-full' : 'docker.failed', `Docker could not ${doing}`, notesOn(reason));
    this.status = status;
    this.reason = reason;
  }
}

/** True for the refusals that mean "there is no such thing". */
export const isNotFound = (thrown: unknown): thrown is DaemonRefusal => thrown instanceof DaemonRefusal && thrown.status === 404;

/** True for the refusals that mean "it is not in that state", or somebody else is at it. */
export const isConflict = (thrown: unknown): thrown is DaemonRefusal => thrown instanceof DaemonRefusal && thrown.status === 409;

/** A request that got no answer. `docker.unreachable`: nobody was there to read it, so that nothing came of it. */
export async function connectionError(error: NodeJS.ErrnoException, endpoint: Endpoint, doing: string): Promise<RunnerError> {
  const notes = { detail: [`address: ${endpointText(endpoint)}`, `system: ${error.message}`], cause: error };
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new RunnerError('docker.permission', 'this user may not use the Docker daemon', {
      ...notes,
      hint: await permissionHint(endpoint),
    });
  if (MISTRUST.test(error.code ?? ''))
    return new RunnerError('docker.unreachable', 'the Docker daemon and this machine do not trust each other', {
      ...notes,
      hint: 'Point DOCKER_CERT_PATH to the folder with the ca.pem, cert.pem and key.pem that belong to this daemon.',
    });
  if (error.syscall === 'connect' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
    return new RunnerError('docker.unreachable', `no Docker daemon answers at ${endpoint.url}`, {
      ...notes,
      hint: unreachableHint(endpoint),
    });
  return new RunnerError('docker.gone', `the Docker daemon went away while it was to ${doing}`, {
    ...notes,
    hint: 'Look at its log (`journalctl -u docker`), and run again; what is left of this run is removed then.',
  });
}

/** It took the question, and that was all. */
export const silentError = (endpoint: Endpoint, doing: string): RunnerError =>
  new RunnerError('docker.gone', `the Docker daemon does not answer: it was to ${doing}`, {
    detail: [`address: ${endpointText(endpoint)}`],
    hint: 'See whether `docker version` answers; a daemon that hangs is started again with `systemctl restart docker`.',
  });

/** What Node calls a certificate, or the want of one, that ends a handshake of TLS. */
const MISTRUST = /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA)/;

const notesOn = (reason: string): { detail: string[]; hint?: string } => {
  const hint = HINTS.find(([pattern]) => pattern.test(reason))?.[1];
  return { detail: [`the daemon says: ${reason}`], ...(hint && { hint }) };
};

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/i, 'Free space where Docker keeps its files: `docker system df` shows what takes it.'],
  [/port is already allocated|address already in use/i, 'Stop what uses the port, or choose another one.'],
  [
    /unknown or invalid runtime|unknown runtime|runtime name/i,
    'List the runtimes the daemon knows with `docker info --format "{{.Runtimes}}"`.',
  ],
  [/could not select device driver/i, 'Install the NVIDIA container toolkit on the daemon’s machine, or set `resources.gpus: none`.'],
  [
    /unable to apply caps|operation not permitted/i,
    'The daemon itself lacks a privilege; drop `privileged` and `cap_add`, or use a daemon with full rights.',
  ],
  [/rootfs is marked read-only/i, 'Set `docker.read_only: false`; or bring no files in: `identity: image` and `workspace.mode: bind`.'],
  [/is already in use by container/i, 'Remove the container of that name, or wait until it is gone.'],
];

function unreachableHint(endpoint: Endpoint): string {
  if (endpoint.type === 'tcp') return 'Check the address and that the daemon listens there, or unset DOCKER_HOST to use the local one.';
  if (endpoint.socketPath !== DEFAULT_SOCKET) return 'Start the daemon behind that socket, or name another one in DOCKER_HOST.';
  return 'Start it (`systemctl start docker`), or name its address in DOCKER_HOST.';
}

async function permissionHint(endpoint: Endpoint): Promise<string> {
  if (endpoint.type !== 'unix') return 'Ask for access to the daemon.';
  const gid = await stat(endpoint.socketPath).then(
    (socket) => socket.gid,
    () => undefined,
  );
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const name = groups
    .split('\n')
    .find((line) => line.split(':')[2] === String(gid))
    ?.split(':')[0];
  if (!name) return `Ask for access to ${endpoint.socketPath}.`;
  return `The socket belongs to the group ${name}: \`sudo usermod -aG ${name} "$USER"\`, then log in again.`;
}
