import type { PolicyKey } from '../spec/policy.ts';
import type { RunId } from './names.ts';
import type { Labels, Mount } from './objects.ts';

/** A guarded Docker socket, one a run. */
export interface SocketPlan {
  readonly run: RunId;
  /** What everything made through it carries. */
  readonly labels: Labels;
  /** Of the runner's own, absolute, as the runner sees it, closed to everybody else on this machine. The socket lies in it: see `socketIn`. */
  readonly folder: string;
  /** What containers are attached to that name no network; left out: Docker's default bridge. */
  readonly network?: string;
  /** The mounts of the steps, the socket's own among them: a bind source is a path below one of their targets, and becomes what the daemon calls it. */
  readonly mounts: readonly Mount[];
  /** What else containers may ask for. */
  readonly allowed: readonly PolicyKey[];
}

/** Anybody who reaches this file may connect, whatever user a step is; the folder around it keeps the others of this machine out. */
export const socketIn = (folder: string): string => `${folder}/docker.sock`;

/** Where every client looks first, so that none has to be told. */
export const SOCKET_TARGET = '/var/run/docker.sock';
