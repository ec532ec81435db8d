/** The part of a Compose file that is understood, in one form for each of the several that Compose allows. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

export interface ComposeService {
  readonly image: string | undefined;
  readonly build: ComposeBuild | undefined;
  readonly environment: Variables;
  readonly env_file: readonly string[];
  readonly command: readonly string[] | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly volumes: readonly (string | ComposeVolume)[];
  readonly tmpfs: readonly string[];
  readonly healthcheck: ComposeHealth | undefined;
  readonly depends_on: Readonly<Record<string, 'started' | 'healthy' | 'completed'>>;
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly user: string | undefined;
  readonly working_dir: string | undefined;
  readonly aliases: readonly string[];
}

/** Undefined: as the runner's own environment has it. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface ComposeBuild {
  readonly context: string;
  readonly dockerfile: string;
  readonly args: Variables;
  readonly target: string | undefined;
  readonly labels: Variables;
}

export interface ComposeVolume {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  readonly source: string | undefined;
  readonly target: string;
  readonly read_only: boolean;
}

/** Milliseconds; what is left out is as Docker has it. */
export interface ComposeHealth {
  readonly test: string | undefined;
  readonly intervalMs: number;
  readonly tryMs: number;
  readonly timeoutMs: number;
}
