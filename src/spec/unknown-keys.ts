import { type Fields, fieldsOf, schemasAt } from './fields.ts';
import type { Schema } from './kinds.ts';
import { nearest } from './suggest.ts';

/** Words of other build tools, and what they are called here. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  run: ['script', 'scripts', 'command', 'commands', 'cmd', 'exec', 'sh', 'bash'],
  env: ['variables', 'variable', 'vars', 'environment', 'envs'],
  steps: ['jobs', 'job', 'stages', 'stage', 'tasks', 'pipeline', 'build_steps'],
  image: ['container', 'docker_image', 'from'],
  dir: ['workdir', 'working_dir', 'working_directory', 'cwd', 'directory', 'folder', 'chdir'],
  working_dir: ['workdir', 'dir', 'cwd', 'working_directory'],
  if: ['when', 'condition', 'only_if'],
  retry: ['retries', 'attempts'],
  timeout: ['timeout_minutes', 'timeout_in_minutes', 'deadline'],
  allow_failure: ['continue_on_error', 'ignore_errors', 'failure'],
  env_file: ['dotenv', 'env_files'],
  inherit_env: ['pass_env', 'passenv', 'environment_passthrough'],
  mounts: ['volumes', 'volume', 'binds', 'cache', 'caches', 'tmpfs'],
  pattern: ['executor', 'runner', 'mode'],
  identity: ['user', 'uid'],
  artifacts: ['artefacts', 'outputs', 'save'],
  ready: ['healthcheck', 'health', 'wait_for', 'readiness'],
  source: ['src', 'from', 'host_path', 'path'],
  target: ['dst', 'destination', 'container_path', 'to'],
  read_only: ['readonly', 'ro'],
  memory: ['mem', 'mem_limit', 'ram'],
  cpus: ['cpu', 'processors'],
  tag: ['name'],
  aliases: ['alias', 'hostname'],
  depends_on: ['needs', 'dependencies'],
  max: ['count', 'times', 'limit', 'attempts'],
  on: ['when'],
  shell: ['interpreter'],
  name: ['id', 'title', 'label', 'key'],
  tcp: ['port'],
  http: ['url'],
};

/** Words of other build tools that have no field here, and what to do instead. */
const ADVICE: Readonly<Record<string, string>> = {
  before_script: 'write it as the first step',
  after_script: 'write it as a last step with `if: always`',
  needs: 'steps run in the order they are written',
  depends_on: 'steps run in the order they are written',
  stage: 'steps run in the order they are written',
  ports: 'the steps reach a service by its name, without publishing ports',
  uses: 'write what it does as commands under `run`',
  on: 'whatever calls the runner decides when it runs',
  matrix: 'a matrix is a file of its own for `runner matrix`',
  version: 'a spec has no version; remove it',
};

/** What to write instead of a key that does not exist where it stands; undefined when nothing comes to mind. */
export function hintFor(key: string, known: Fields, document: Schema<unknown>): string | undefined {
  const names = Object.keys(known);
  const synonym = synonymOf(key, names);
  if (synonym === undefined && Object.hasOwn(ADVICE, key)) return ADVICE[key];
  const home = synonym === undefined ? homeOf(key, known, document) : undefined;
  if (home !== undefined) return home;
  const field = meantBy(key, names);
  return field && `did you mean \`${field}\`?`;
}

/** The name that the key was meant to be. */
export const meantBy = (key: string, names: readonly string[]): string | undefined => synonymOf(key, names) ?? nearest(key, names);

function synonymOf(key: string, names: readonly string[]): string | undefined {
  const plain = key.replaceAll('-', '_').toLowerCase();
  return names.find((name) => Object.hasOwn(SYNONYMS, name) && SYNONYMS[name]!.includes(plain));
}

/** A right key in the wrong place: `privileged` under `docker`, `run` in a step, `services` at the top. */
function homeOf(key: string, known: Fields, document: Schema<unknown>): string | undefined {
  const top = fieldsOf(schemasAt(document, []));
  if (Object.hasOwn(top, key) && !Object.hasOwn(known, 'steps')) return `\`${key}\` stands at the top of the document`;
  const owner = Object.keys(top).find((name) => Object.hasOwn(fieldsOf(schemasAt(top[name]!, [])), key));
  if (owner) return `it belongs under \`${owner}\``;
  const ofSteps = Object.hasOwn(fieldsOf(schemasAt(document, ['steps', 0])), key);
  return ofSteps ? 'it belongs to a step, under `steps`' : undefined;
}
