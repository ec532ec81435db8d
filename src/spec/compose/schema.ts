import * as v from 'valibot';
import { ABSOLUTE, byShape, flag, list, mapOf, matching, oneOf, type Schema, section, text, wholeNumber } from '../kinds.ts';
import { IMAGE, SERVICE_NAME } from '../schema-common.ts';
import { texts, variables, words } from './forms.ts';
import { healthSchema } from './health.ts';
import type { ComposeBuild, ComposeFile, ComposeService, ComposeVolume } from './model.ts';

const buildSchema: Schema<ComposeBuild> = byShape<ComposeBuild>('How its image is made.', 'a folder or a mapping', {
  text: v.pipe(
    text('The context.'),
    v.transform((context) => ({ context, dockerfile: 'Dockerfile', args: {}, target: undefined, labels: {} })),
  ),
  mapping: v.pipe(
    section('How its image is made.', {
      context: v.optional(text('The context, relative to the Compose file.'), '.'),
      dockerfile: v.optional(text('The Dockerfile, relative to the context.'), 'Dockerfile'),
      args: v.optional(variables('Build arguments.'), () => ({})),
      target: v.optional(text('The stage.')),
      labels: v.optional(variables('Labels.'), () => ({})),
    }),
    v.transform(({ target, ...build }) => ({ ...build, target })),
  ),
});

const volumeSchema: Schema<string | ComposeVolume> = byShape<string | ComposeVolume>('A mount.', 'a text or a mapping', {
  text: text('source:target, or source:target:ro.'),
  mapping: v.pipe(
    section('A mount.', {
      type: oneOf('Its kind.', ['bind', 'volume', 'tmpfs']),
      source: v.optional(text('A path relative to the Compose file, or the name of a volume.')),
      target: text('Where the service sees it.'),
      read_only: v.optional(flag('Whether writing is refused.'), false),
    }),
    v.transform(({ source, ...volume }) => ({ ...volume, source })),
  ),
});

const userSchema: Schema<string> = byShape('The user it runs as.', 'a text or a number', {
  text: text('A name, or uid:gid.'),
  number: v.pipe(v.number(), v.description('A uid.'), v.transform(String)),
});

const unused = (about: string): Schema<unknown> => v.pipe(v.unknown(), v.description(about));

const CONDITIONS = { service_started: 'started', service_healthy: 'healthy', service_completed_successfully: 'completed' } as const;

const dependsSchema: Schema<ComposeService['depends_on']> = byShape<ComposeService['depends_on']>(
  'What must be there first.',
  'a list or a mapping',
  {
    list: v.pipe(
      list('Names of services.', text('A name.')),
      v.transform((names) => Object.fromEntries(names.map((name) => [name, 'started' as const]))),
    ),
    mapping: mapOf(
      'By the name of the service.',
      text('A name.'),
      v.pipe(
        section('What is waited for.', {
          condition: oneOf('What is waited for.', Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]),
          restart: v.optional(flag('Of no effect: services are not restarted.')),
        }),
        v.transform(({ condition }) => CONDITIONS[condition]),
      ),
    ),
  },
);

const limit = () => wholeNumber('A limit.', -1);

const ulimitSchema: Schema<{ soft: number; hard: number }> = byShape('A limit.', 'a number or { soft: 1, hard: 2 }', {
  number: v.pipe(
    limit(),
    v.transform((both) => ({ soft: both, hard: both })),
  ),
  mapping: section('Two limits.', { soft: limit(), hard: limit() }),
});

const networksSchema: Schema<string[]> = byShape<string[]>('Its networks; all are the network of the job.', 'a list or a mapping', {
  list: v.pipe(
    list('Names.', text('A name.')),
    v.transform(() => []),
  ),
  mapping: v.pipe(
    mapOf(
      'By name.',
      text('A name.'),
      byShape<string[]>('How it takes part.', 'nothing or { aliases: [] }', {
        empty: v.pipe(
          v.null(),
          v.transform(() => []),
        ),
        mapping: v.pipe(
          section('How it takes part.', { aliases: v.optional(list('More names.', text('A name.')), () => []) }),
          v.transform(({ aliases }) => aliases),
        ),
      }),
    ),
    v.transform((networks) => Object.values(networks).flat()),
  ),
});

const serviceSchema: Schema<ComposeService> = v.pipe(
  section('A service.', {
    image: v.optional(matching('Its image.', IMAGE)),
    build: v.optional(buildSchema),
    environment: v.optional(variables('Its environment variables.'), () => ({})),
    env_file: v.optional(texts('Files of variables, relative to the Compose file.'), () => []),
    command: v.optional(words('Its command.')),
    entrypoint: v.optional(words('Its entrypoint.')),
    volumes: v.optional(list('Its mounts.', volumeSchema), () => []),
    tmpfs: v.optional(texts('Folders in memory.'), () => []),
    healthcheck: v.optional(healthSchema),
    depends_on: v.optional(dependsSchema, () => ({})),
    ulimits: v.optional(mapOf('Limits of its processes.', text('A name.'), ulimitSchema), () => ({})),
    user: v.optional(userSchema),
    working_dir: v.optional(matching('The folder it starts in.', ABSOLUTE)),
    networks: v.optional(networksSchema, () => []),
    ports: v.optional(unused('Of no effect: the steps reach a service by its name.')),
    expose: v.optional(unused('Of no effect: all ports can be reached.')),
    restart: v.optional(unused('Of no effect: a service that ends early fails the run.')),
    container_name: v.optional(matching('One more name.', SERVICE_NAME)),
  }),
  v.check(({ image, build }) => image !== undefined || build !== undefined, 'needs image or build'),
  v.transform(({ ports: _, expose: __, restart: ___, container_name, networks, ...service }) => ({
    image: service.image,
    build: service.build,
    command: service.command,
    entrypoint: service.entrypoint,
    healthcheck: service.healthcheck,
    user: service.user,
    working_dir: service.working_dir,
    ...service,
    aliases: container_name === undefined ? networks : [container_name, ...networks],
  })),
);

const declared = (about: string): Schema<unknown> =>
  mapOf(
    about,
    text('A name.'),
    byShape<unknown>('Made for the run.', 'nothing, because it is made for the run', {
      empty: v.null(),
      mapping: section('Made for the run.', {}),
    }),
  );

/** A Compose file, as far as it is understood: https://github.com/compose-spec/compose-spec/blob/main/spec.md. */
export const composeSchema: Schema<ComposeFile> = v.pipe(
  section('A Compose file.', {
    version: v.optional(unused('Of no effect, in Compose as well.')),
    name: v.optional(unused('Of no effect: the run has its own name.')),
    services: mapOf('The services.', matching('A name.', SERVICE_NAME), serviceSchema),
    volumes: v.optional(declared('Named volumes.')),
    networks: v.optional(declared('Networks.')),
  }),
  v.transform(({ services }) => ({ services })),
);
