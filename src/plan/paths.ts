/** How the daemon sees the paths of the runner; learnt before planning, and only where it is needed. */
export type PathMap =
  /** Runner and daemon are on one machine: a path is a path. */
  | { readonly seen: 'same' }
  /** The daemon may have other files at the same paths. Nothing is mounted before a probe has read a file of ours there. `isVouched`: somebody said by hand that it sees ours. */
  | ({ readonly seen: 'unproven'; readonly why: string; readonly isVouched: boolean } & Proving)
  /** The runner is in a container of this daemon: its own mounts say what a path is to the daemon. */
  | ({ readonly seen: 'container'; readonly container: OwnContainer } & Proving);

interface Proving {
  /** Names the daemon, and the container of the runner where it is in one: what a probe has proved holds for these. */
  readonly daemon: string;
  /** Paths that may be mounted, free of symbolic links; one that is not there is missing. */
  readonly real: Readonly<Record<string, string>>;
}

/** The container that the runner is in. */
export interface OwnContainer {
  readonly id: string;
  readonly name: string;
  /** By its id: it is on the daemon for certain. */
  readonly image: string;
  readonly mounts: readonly OwnMount[];
  /** The daemon can mount a part of a volume (API 1.45). */
  readonly mountsParts: boolean;
}

export interface OwnMount {
  /** Free of symbolic links. */
  readonly destination: string;
  readonly readOnly: boolean;
  readonly from: MountOrigin;
}

export type MountOrigin =
  | { readonly type: 'bind'; readonly daemonPath: string }
  /** `subpath`: the part of it that is mounted, '' for all; `daemonPath`: of the whole, where the daemon keeps it as a plain folder. */
  | { readonly type: 'volume'; readonly volume: string; readonly subpath: string; readonly daemonPath: string | undefined }
  | { readonly type: 'tmpfs' }
  /** Mounted by something else than the daemon: it came along with a mount of the daemon's machine, or was made in here. */
  | { readonly type: 'unlisted' };
