import * as v from 'valibot';
import type { Document } from './document.ts';
import { envNameProblem } from './env-file.ts';
import { byShape, duration, flag, list, matching, oneOf, type Schema, section, text } from './kinds.ts';
import { envSchema, imageSchema, RUN_NAME } from './schema-common.ts';
import { dindSchema } from './schema-dind.ts';
import { dockerSchema, networkSchema } from './schema-docker.ts';
import { kindSchema } from './schema-kind.ts';
import { mountsSchema } from './schema-mounts.ts';
import { buildsSchema, servicesSchema } from './schema-services.ts';
import { stepsSchema } from './schema-steps.ts';
import { artifactsSchema, resourcesSchema, workspaceSchema } from './schema-workspace.ts';
import { type Identity, PATTERN_NAMES, type SecretSpec } from './spec.ts';

const LARGEST_ID = 2 ** 32 - 2;

const identitySchema: Schema<Identity> = byShape<Identity>('Whom the steps run as.', 'caller, image or a quoted "uid:gid"', {
  text: v.pipe(
    matching('`caller`: you, with all your groups. `image`: the user of the image. `"1000:1000"`: these numbers.', {
      like: /^(?:caller|image|\d{1,10}:\d{1,10})$/,
      rule: 'one of caller, image, or numbers such as "1000:1000"',
    }),
    v.check((written) => idsOf(written).every((id) => id <= LARGEST_ID), 'has a number that is too large'),
    v.transform((written): Identity => {
      if (written === 'caller' || written === 'image') return written;
      const [uid, gid] = idsOf(written);
      return { uid: uid!, gid: gid! };
    }),
  ),
});

const secretName = { like: /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/, rule: 'a name from A-Z, a-z, 0-9 and . _ -, with a letter first' };
const variableName = { like: /^[A-Za-z_][A-Za-z0-9_]*$/, rule: 'the name of an environment variable' };

const secretSchema: Schema<SecretSpec> = byShape<SecretSpec>('A secret.', 'a name, or a mapping with `name`', {
  text: v.pipe(
    matching('The environment variable of the runner that holds it.', variableName),
    v.transform((name) => ({ name, from: { env: name }, expose: 'file' as const })),
  ),
  mapping: v.pipe(
    section('A secret.', {
      name: matching('Its name, and that of its file under /run/secrets.', secretName),
      env: v.optional(matching('The environment variable of the runner that holds it; default: its name.', variableName)),
      file: v.optional(text('The file that holds it, relative to the spec.')),
      expose: v.optional(oneOf('Whether the steps get it as a file, or as an environment variable as well.', ['file', 'env']), 'file'),
    }),
    v.check(({ env, file }) => env === undefined || file === undefined, 'has env and file; keep one of them'),
    v.check(
      ({ name, expose }) => expose === 'file' || (variableName.like.test(name) && envNameProblem(name) === undefined),
      'cannot be exposed under this name; environment variables have letters, digits and _ only',
    ),
    v.transform(({ name, env, file, expose }) => ({ name, from: file === undefined ? { env: env ?? name } : { file }, expose })),
  ),
});

const inheritedName = { like: /^[A-Za-z_][A-Za-z0-9_]*\*?$/, rule: 'the name of an environment variable, or a beginning such as NPM_*' };

const fields = section('A build spec.', {
  name: v.optional(matching('What the run is called; default: the name of the file.', RUN_NAME)),
  pattern: v.optional(oneOf('How the steps are run; default: `single` where they share an image, else `serial`.', PATTERN_NAMES)),
  timeout: v.optional(duration('Longest time the whole run may take.'), '1h'),
  image: v.optional(imageSchema('Image of the steps that name none.')),
  env: v.optional(envSchema('Environment variables of every step.'), () => ({})),
  env_file: v.optional(
    byShape<string | string[]>('Files of KEY=value lines, relative to the spec; `env` wins.', 'a file or a list of files', {
      text: text('A file.'),
      list: list('Files; later ones win.', text('A file.')),
    }),
    () => [],
  ),
  inherit_env: v.optional(list("Variables of the runner's own environment that the steps see.", matching('A name.', inheritedName))),
  secrets: v.optional(list('Secrets: files under /run/secrets, masked in all output.', secretSchema), () => []),
  identity: v.optional(identitySchema, 'caller'),
  ssh_agent: v.optional(flag('Whether the steps may use your SSH agent.'), false),
  workspace: v.optional(workspaceSchema, () => ({})),
  resources: v.optional(resourcesSchema, () => ({})),
  mounts: v.optional(mountsSchema, () => []),
  network: v.optional(networkSchema),
  docker: v.optional(dockerSchema, () => ({})),
  services: v.optional(servicesSchema, () => []),
  build: v.optional(buildsSchema, () => []),
  steps: stepsSchema,
  kind: v.optional(kindSchema, () => ({})),
  dind: v.optional(dindSchema, () => ({})),
  artifacts: v.optional(artifactsSchema),
  on_failure: v.optional(
    section('What happens after a failure.', {
      collect: v.optional(list('What is kept of the services.', oneOf('A kind.', ['logs', 'inspect', 'events'])), () => ['logs']),
    }),
    () => ({}),
  ),
  keep: v.optional(oneOf('After which outcome the environment is kept for a look inside.', ['never', 'on_failure', 'always']), 'never'),
  keep_for: v.optional(duration('How long it is kept.'), '1h'),
});

/** The whole document, without its top-level `x-` keys. */
export const documentSchema: Schema<Document> = v.pipe(
  fields,
  v.transform(({ timeout, env_file, inherit_env, ssh_agent, on_failure, keep, keep_for, ...rest }) => ({
    ...rest,
    name: rest.name,
    pattern: rest.pattern,
    image: rest.image,
    network: rest.network,
    artifacts: rest.artifacts,
    timeoutMs: timeout,
    envFiles: [env_file].flat(),
    inheritEnv: inherit_env,
    sshAgent: ssh_agent,
    onFailure: on_failure,
    keep: { when: keep, forMs: keep_for },
  })),
);

function idsOf(written: string): readonly number[] {
  return written.includes(':') ? written.split(':').map(Number) : [];
}
