import path from 'node:path';
import type { Place } from '../errors.ts';
import type { ComposeFile, ComposeService } from './compose/model.ts';
import { readCompose } from './compose/read.ts';
import { buildSpec, serviceSpec } from './compose/services.ts';
import type { ComposeServices } from './document.ts';
import { parseEnvFile } from './env-file.ts';
import { readEnvFiles } from './env-files.ts';
import { fileBeside, type Path, pathText } from './path.ts';
import { type Problem, SpecProblems } from './problem.ts';
import type { BuildSpec, Env, ServiceSpec } from './spec.ts';
import { nearest } from './suggest.ts';
import type { Where } from './where.ts';

export interface ComposeSurroundings {
  /** What messages call the spec, whose Compose file they call by a path beside it. */
  readonly file: string;
  /** Absolute; the name of the Compose file starts here. */
  readonly folder: string;
  readonly environment: Env;
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** Where the spec names the file and the services that are wanted. */
  readonly where: Where;
}

export interface Composed {
  readonly services: readonly ServiceSpec[];
  /** Images that have to be made for them. */
  readonly builds: readonly BuildSpec[];
}

/**
 * The services of a Compose file, with paths that are relative to it made absolute. References are replaced from the
 * environment and from the `.env` beside the file, as Compose does. Throws `SpecProblems` for all that is not understood.
 */
export async function composeServices({ compose, only }: ComposeServices, around: ComposeSurroundings): Promise<Composed> {
  const composePath = path.resolve(around.folder, compose);
  const bytes = await around.readFile(composePath);
  const at = ['services', 'compose'];
  if (bytes === undefined)
    throw new SpecProblems([{ place: around.where.value(at), path: pathText(at), message: `${compose} does not exist` }]);
  const beside = { ...around, file: fileBeside(around.file, compose), folder: path.dirname(composePath) };
  const environment = { ...(await dotEnv(beside)), ...around.environment };
  const { content, where } = readCompose(bytes, { file: beside.file, environment });
  const names = wantedOf(content, only, around.where);
  return convert(
    names.map((name) => [name, content.services[name]!]),
    { ...beside, environment, where },
  );
}

async function dotEnv({ file, folder, readFile: read }: Beside): Promise<Env> {
  const bytes = await read(path.join(folder, '.env'));
  if (bytes === undefined) return {};
  const { env, problems } = parseEnvFile(fileBeside(file, '.env'), Buffer.from(bytes).toString());
  if (problems.length > 0) throw new SpecProblems(problems);
  return env;
}

type Beside = Pick<ComposeSurroundings, 'file' | 'folder' | 'readFile'>;

/** The services that are named, and all that they depend on; every service when none is named. */
function wantedOf({ services }: ComposeFile, only: readonly string[] | undefined, where: Where): readonly string[] {
  const names = Object.keys(services);
  const strangers = (only ?? []).filter((name) => !Object.hasOwn(services, name));
  if (strangers.length > 0)
    throw new SpecProblems(strangers.map((name) => stranger(name, names, where.value(['services', 'only', only!.indexOf(name)]))));
  const wanted = new Set(only ?? names);
  for (const name of wanted) for (const needed of Object.keys(services[name]!.depends_on)) wanted.add(needed);
  return names.filter((name) => wanted.has(name));
}

function stranger(name: string, names: readonly string[], place: Place): Problem {
  const meant = nearest(name, names);
  return {
    place,
    path: 'services.only',
    message: `\`${name}\` is not a service of the Compose file`,
    ...(meant ? { hint: `did you mean \`${meant}\`?` } : {}),
  };
}

interface Reader extends Beside {
  readonly environment: Env;
  readonly where: Where;
}

async function convert(services: readonly (readonly [string, ComposeService])[], around: Reader): Promise<Composed> {
  const converted = await Promise.all(services.map((service) => convertOne(service, around)));
  const problems = [...converted.flatMap((one) => one.problems), ...healthNobodyTells(services, around)];
  if (problems.length > 0) throw new SpecProblems(problems);
  return { services: converted.map(({ spec }) => spec), builds: converted.flatMap(({ builds }) => builds) };
}

/** The healthcheck of an image is not asked: only the daemon knows it, and nothing is asked of a daemon before all is right. */
function healthNobodyTells(services: readonly (readonly [string, ComposeService])[], { where }: Reader): readonly Problem[] {
  const silent = services.filter(([, { healthcheck }]) => healthcheck?.test === undefined).map(([name]) => name);
  return services.flatMap(([name, { depends_on: dependsOn }]) =>
    Object.entries(dependsOn)
      .filter(([other, condition]) => condition === 'healthy' && silent.includes(other))
      .map(([other]) => {
        const path = ['services', name, 'depends_on'];
        const message = `\`${other}\` has no healthcheck in this file, so nothing tells when it is healthy`;
        return { place: where.value([...path, other]), path: pathText(path), message };
      }),
  );
}

async function convertOne([name, service]: readonly [string, ComposeService], around: Reader) {
  const at = (path: Path): Path => ['services', name, ...path];
  const place = () => around.where.value(at(['env_file']));
  const files = await readEnvFiles(
    service.env_file.map((file) => ({ file, place, path: pathText(at(['env_file'])) })),
    around,
  );
  const { spec, complaints } = serviceSpec(name, service, { ...around, fromFiles: files.env });
  const problems = complaints.map(({ at: path, message }) => ({ place: around.where.value(at(path)), path: pathText(at(path)), message }));
  return { spec, builds: service.build ? [buildSpec(name, service.build, around)] : [], problems: [...files.problems, ...problems] };
}
