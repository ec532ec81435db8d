import * as v from 'valibot';
import type { ComposeServices } from './document.ts';
import { ABSOLUTE, byKey, byShape, duration, list, mapOf, matching, oneOf, type Schema, section, text, wholeNumber } from './kinds.ts';
import { argsSchema, envSchema, imageSchema, OBJECT_NAME, SERVICE_NAME } from './schema-common.ts';
import { mountsSchema } from './schema-mounts.ts';
import type { BuildSpec, ReadySpec, ServiceSpec } from './spec.ts';

const rhythm = () => ({
  interval: v.optional(duration('How long to wait between two tries.'), '500ms'),
  try_timeout: v.optional(duration('How long one try may take.'), '10s'),
  timeout: v.optional(duration('How long to try before the run gives up.'), '60s'),
});

type Rhythm = { readonly interval: number; readonly try_timeout: number; readonly timeout: number };

const inMilliseconds = <T extends Rhythm>({ interval, try_timeout, timeout, ...probe }: T) => ({
  ...probe,
  intervalMs: interval,
  tryMs: try_timeout,
  timeoutMs: timeout,
});

const readySchema: Schema<ReadySpec> = byKey<ReadySpec>('How to tell that the service is ready.', {
  run: v.pipe(
    section('A command in its container that succeeds.', { run: text('The command.'), ...rhythm() }),
    v.transform(inMilliseconds),
  ),
  tcp: v.pipe(section('A port that accepts.', { tcp: wholeNumber('The port.', 1, 65_535), ...rhythm() }), v.transform(inMilliseconds)),
  http: v.pipe(
    section('An address that answers with a status below 400.', {
      http: matching('An address; without a host it is the service itself.', {
        like: /^https?:\/\/[A-Za-z0-9._-]*(?::[0-9]{1,5})?(?:\/\S*)?$/,
        rule: 'an address such as http://:8080/healthz',
      }),
      ...rhythm(),
    }),
    v.transform(inMilliseconds),
  ),
});

const words = (about: string, example: string): Schema<string[]> =>
  list(about, v.pipe(v.string('a text'), v.description('A word.')), `a list such as ${example}`);

const limit = (about: string) => wholeNumber(about, -1);

const ulimitSchema: Schema<{ soft: number; hard: number }> = byShape('A limit.', 'a number or { soft: 1, hard: 2 }', {
  number: v.pipe(
    limit('Both limits.'),
    v.transform((both) => ({ soft: both, hard: both })),
  ),
  mapping: section('Two limits.', { soft: limit('The limit that holds.'), hard: limit('What it may be raised to.') }),
});

const serviceSchema: Schema<ServiceSpec> = v.pipe(
  section('A service that runs beside the steps.', {
    name: matching('Its name on the network of the job.', SERVICE_NAME),
    image: imageSchema('Its image.'),
    env: v.optional(envSchema('Its environment variables.'), () => ({})),
    command: v.optional(words('Its command; default: that of the image.', '[postgres, -c, fsync=off]'), () => []),
    entrypoint: v.optional(words('Its entrypoint; default: that of the image.', '[docker-entrypoint.sh]')),
    user: v.optional(text('The user it runs as.')),
    working_dir: v.optional(matching('The folder it starts in.', ABSOLUTE)),
    aliases: v.optional(list('More names on the network of the job.', matching('A name.', SERVICE_NAME)), () => []),
    mounts: v.optional(mountsSchema, () => []),
    ulimits: v.optional(mapOf('Limits of its processes, by name.', text('A name such as nofile.'), ulimitSchema), () => ({})),
    depends_on: v.optional(
      mapOf(
        'Services that must be there first.',
        text('The name of a service.'),
        oneOf('What is waited for.', ['started', 'healthy', 'completed']),
      ),
      () => ({}),
    ),
    ready: v.optional(readySchema),
  }),
  v.transform(({ working_dir, depends_on, entrypoint, user, ready, ...service }) => ({
    ...service,
    entrypoint,
    user,
    ready,
    workingDir: working_dir,
    dependsOn: depends_on,
  })),
);

const composeSchema: Schema<ComposeServices> = v.pipe(
  section('Services of a Compose file.', {
    compose: text('The file, relative to the spec.'),
    only: v.optional(list('The services that are wanted; what they depend on comes along.', text('The name of a service.'))),
  }),
  v.transform(({ compose, only }) => ({ compose, only })),
);

/** Services beside the steps, or the Compose file they stand in. */
export const servicesSchema: Schema<ServiceSpec[] | ComposeServices> = byShape<ServiceSpec[] | ComposeServices>(
  'Services that run beside the steps.',
  'a list of services, or { compose: docker-compose.yml }',
  { list: list('The services.', serviceSchema), mapping: composeSchema },
);

const buildSchema: Schema<BuildSpec> = v.pipe(
  section('An image made from a Dockerfile.', {
    tag: matching('Its name in this document.', OBJECT_NAME),
    context: v.optional(text('The folder that the build sees, relative to the spec.'), '.'),
    dockerfile: v.optional(text('The Dockerfile, relative to the context.'), 'Dockerfile'),
    args: v.optional(argsSchema('Build arguments.'), () => ({})),
    target: v.optional(v.pipe(v.string('a text'), v.description('The stage to build; default: the last.'))),
    labels: v.optional(argsSchema('Labels of the image.'), () => ({})),
    secrets: v.optional(list('Secrets of this document that the build may mount.', text('The name of a secret.')), () => []),
  }),
  v.transform(({ target, ...build }) => ({ ...build, target: target === '' ? undefined : target })),
);

/** Images made before the steps. */
export const buildsSchema: Schema<BuildSpec[]> = list('Images made from Dockerfiles before the steps.', buildSchema, 'a list of builds');
