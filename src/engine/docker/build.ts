import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { RunnerError } from '../../errors.ts';
import { quote } from '../../plan/command.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import type { Env } from '../../spec/spec.ts';
import type { BuiltImage, RunOptions } from '../ports.ts';
import { runTool, type ToolEnd } from '../tool.ts';
import { cliEnvironment } from './cli-environment.ts';
import type { DaemonClient } from './http.ts';
import { removeImage } from './remove.ts';

export interface BuildOptions extends RunOptions {
  readonly secrets: ReadonlyMap<string, Uint8Array>;
}

/**
 * Builds with BuildKit, by way of `docker buildx`: the sessions in which BuildKit asks for secrets and files are its
 * own protocol, and the CLI is their one well-kept client. What it prints is passed on; an image that was not finished
 * leaves no tag. Throws `image.build-failed` with its last lines, `host.tool-missing` without the CLI or its plugin.
 */
export async function buildImage(
  client: DaemonClient,
  plan: BuildPlan,
  { environment, ...options }: BuildOptions & { readonly environment: Env },
): Promise<BuiltImage> {
  const secrets = secretsOf(plan, options.secrets);
  const command = commandOf(plan, secrets);
  const env = { ...cliEnvironment(client.endpoint, environment), ...(await buildxEnvironment(environment)), ...secretVariables(secrets) };
  const end = await runTool({ ...options, command, env, install: INSTALL });
  if (options.signal.aborted) {
    await removeImage(client, plan.tag);
    throw new RunnerError('image.build-failed', `building ${plan.tag} was stopped`);
  }
  if (end.code !== 0) throw buildError(plan, command, end);
  return builtImage(client, plan.tag);
}

const INSTALL =
  'Install the Docker CLI with its buildx plugin: packages docker-ce-cli and docker-buildx-plugin, or docker-cli and docker-buildx on Debian.';

interface Secret {
  readonly name: string;
  /** Carries the value to the CLI: it is gone with the process and never on a disk. */
  readonly variable: string;
  readonly value: string;
}

function secretsOf({ secrets }: BuildPlan, values: ReadonlyMap<string, Uint8Array>): readonly Secret[] {
  return secrets.map((name, index) => ({ name, variable: `RUNNER_BUILD_SECRET_${index}`, value: textOf(name, values.get(name)) }));
}

function textOf(name: string, bytes: Uint8Array = new Uint8Array()): string {
  const text = Buffer.from(bytes).toString();
  if (!text.includes('\0') && Buffer.from(text).equals(bytes)) return text;
  throw new RunnerError('image.build-failed', `the secret ${name} is not text, and a build can be given only text`, {
    hint: 'Encode it, in base64 for example, and decode it in the Dockerfile.',
  });
}

const secretVariables = (secrets: readonly Secret[]): Env => Object.fromEntries(secrets.map(({ variable, value }) => [variable, value]));

const commandOf = (plan: BuildPlan, secrets: readonly Secret[]): [string, ...string[]] => [
  'docker',
  'buildx',
  'build',
  '--builder=default',
  '--progress=plain',
  `--output=${outputOf(plan)}`,
  `--tag=${plan.tag}`,
  `--file=${plan.dockerfile}`,
  ...Object.entries(plan.args).map(([name, value]) => `--build-arg=${name}=${value}`),
  ...Object.entries(plan.labels).map(([name, value]) => `--label=${name}=${value}`),
  ...secrets.map(({ name, variable }) => `--secret=id=${name},env=${variable}`),
  ...(plan.target ? [`--target=${plan.target}`] : []),
  plan.context,
];

/** With SOURCE_DATE_EPOCH the files in the layers get that time, too; Docker's classic image store passes over the wish. */
const outputOf = ({ args }: BuildPlan): string => ('SOURCE_DATE_EPOCH' in args ? 'type=docker,rewrite-timestamp=true' : 'type=docker');

/** Its notes go to a folder of ours, not among the user's; no attestations, which would make each build another image. */
async function buildxEnvironment({ HOME = '/', XDG_CACHE_HOME = path.join(HOME, '.cache') }: Env): Promise<Env> {
  const folder = path.join(XDG_CACHE_HOME, 'build-pattern-runner', 'buildx');
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: Error) => {
    throw new RunnerError('host.failed', `${folder} cannot be made`, {
      detail: [cause.message],
      hint: 'Make it writable, or set XDG_CACHE_HOME.',
      cause,
    });
  });
  return { BUILDX_CONFIG: folder, BUILDX_NO_DEFAULT_ATTESTATIONS: '1', DOCKER_BUILDKIT: '1' };
}

function buildError({ tag }: BuildPlan, command: readonly string[], { code, lastLines }: ToolEnd): RunnerError {
  const words = lastLines.join('\n');
  if (/unknown command: docker buildx|'buildx' is not a docker command|unknown flag: --builder/.test(words))
    return new RunnerError('host.tool-missing', 'the Docker CLI has no buildx plugin', { detail: lastLines, hint: INSTALL });
  const full = /no space left on device/i.test(words);
  return new RunnerError(full ? 'host.disk-full' : 'image.build-failed', `the image ${tag} could not be built`, {
    detail: [...lastLines, `exit code ${code} of: ${command.map(quote).join(' ')}`],
    hint: full
      ? 'Free space where Docker keeps its files: `docker system df` shows what takes it.'
      : 'Correct the Dockerfile, or what it reads, where the lines above say.',
  });
}

async function builtImage(client: DaemonClient, tag: string): Promise<BuiltImage> {
  const image = await client.json<{ Id: string; Size: number; RootFS: { Layers?: readonly string[] } }>({
    method: 'GET',
    path: `/images/${tag}/json`,
    doing: `inspect image ${tag}`,
  });
  return { id: image.Id, sizeBytes: image.Size, layers: image.RootFS.Layers?.length ?? 0 };
}
