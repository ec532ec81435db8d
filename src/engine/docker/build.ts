import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RunnerError } from '../../errors.ts';
import { quote } from '../../plan/command.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import type { Env } from '../../spec/spec.ts';
import type { BuildOptions, BuiltImage, OnOutput } from '../ports.ts';
import { runTool, type ToolEnd } from '../tool.ts';
import { BuildProgress } from './build-progress.ts';
import { cliEnvironment } from './cli-environment.ts';
import type { DaemonClient } from './http.ts';
import { removeImage } from './remove.ts';

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
  const scratch = plan.scratchFolder === undefined ? undefined : await mkdtemp(path.join(plan.scratchFolder, 'build-'));
  try {
    return await built(client, plan, { ...options, environment, scratch });
  } catch (thrown) {
    await removeImage(client, plan.tag);
    throw options.signal.aborted ? new RunnerError('image.build-failed', `building ${plan.tag} was stopped`, { cause: thrown }) : thrown;
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}

interface Building extends BuildOptions {
  readonly environment: Env;
  /** For this build alone; the plan has a place for it where the build has secrets or is to be repeatable. */
  readonly scratch: string | undefined;
}

async function built(client: DaemonClient, plan: BuildPlan, building: Building): Promise<BuiltImage> {
  const { environment, signal, onProgress } = building;
  const command = commandOf(plan, await secretFiles(plan, building));
  const env = { ...cliEnvironment(client.endpoint, environment), ...(await buildxEnvironment(environment)) };
  const end = await runTool({ ...building, onOutput: told(building), command, env, install: INSTALL });
  signal.throwIfAborted();
  if (end.code !== 0) throw buildError(plan, command, end);
  const image = await builtImage(client, plan.tag);
  const { SOURCE_DATE_EPOCH: epoch } = plan.args;
  if (epoch === undefined) return image;
  const { makeRepeatable } = await import('./repeatable.ts');
  await makeRepeatable(client, { ...plan, id: image.id, epoch: Number(epoch), folder: building.scratch!, onProgress, signal });
  return builtImage(client, plan.tag);
}

/** Output goes on as it is; what it says of the build's progress is told as well. */
function told({ onOutput, onProgress }: BuildOptions): OnOutput {
  const progress = new BuildProgress();
  return (stream, chunk) => {
    const news = progress.take(chunk);
    if (news !== undefined) onProgress(news);
    return onOutput(stream, chunk);
  };
}

const INSTALL =
  'Install the Docker CLI with its buildx plugin: packages docker-ce-cli and docker-buildx-plugin, or docker-cli and docker-buildx on Debian.';

/** A file for each, for its owner alone: in the environment of the CLI, every process of the same user could read them. */
async function secretFiles(
  { secrets }: BuildPlan,
  { scratch, secrets: values }: Building,
): Promise<readonly (readonly [string, string])[]> {
  return Promise.all(
    secrets.map(async (name, index) => {
      const file = path.join(scratch!, `secret-${index}`);
      await writeFile(file, values.get(name) ?? new Uint8Array(), { mode: 0o600, flag: 'wx' });
      return [name, file] as const;
    }),
  );
}

const commandOf = (plan: BuildPlan, secrets: readonly (readonly [string, string])[]): [string, ...string[]] => [
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
  ...secrets.map(([name, file]) => `--secret=id=${name},src=${file}`),
  ...(plan.target ? [`--target=${plan.target}`] : []),
  plan.context,
];

/** With SOURCE_DATE_EPOCH the files in the layers get that time, too; what Docker's classic image store passes over is done afterwards. */
const outputOf = ({ args }: BuildPlan): string => ('SOURCE_DATE_EPOCH' in args ? 'type=docker,rewrite-timestamp=true' : 'type=docker');

/** Its notes go to a folder of ours, not among the user's; no attestations, which would make each build another image. */
async function buildxEnvironment({ HOME, XDG_CACHE_HOME }: Env): Promise<Env> {
  const folder = path.join(XDG_CACHE_HOME || path.join(HOME || '/', '.cache'), 'build-pattern-runner', 'buildx');
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
