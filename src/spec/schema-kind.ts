import * as v from 'valibot';
import { byKey, byShape, duration, flag, list, mapOf, matching, oneOf, type Schema, section, text, wholeNumber } from './kinds.ts';
import { IMAGE, imageSchema } from './schema-common.ts';
import { kindConfigSchema } from './schema-kind-config.ts';
import type { CheckSpec, KindSpec, LoadSpec, ReleaseSpec } from './spec.ts';

/** Kubernetes' own names: RFC 1123 labels. A release's may have 53 characters. */
const LABEL = { like: /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/, rule: 'a name from a-z, 0-9 and -, with a letter or digit first and last' };

const loadedSchema: Schema<LoadSpec> = byShape<LoadSpec>('An image.', 'an image, { build: tag } or { archive: file }', {
  text: v.pipe(
    imageSchema('An image that the daemon has or can pull.'),
    v.transform((image) => ({ image })),
  ),
  mapping: byKey<LoadSpec>('An image that was made.', {
    build: v.pipe(
      section('An image made by an entry under `build`.', {
        build: text('The tag of that entry.'),
        as: v.optional(matching('What manifests and charts in the cluster call it; default: its tag here.', IMAGE)),
      }),
      v.transform(({ build, as = build }) => ({ image: { build }, as })),
    ),
    archive: section('Images in a file.', { archive: text('The file, relative to the spec.') }),
  }),
});

const releaseSchema: Schema<ReleaseSpec> = v.pipe(
  section('A Helm release.', {
    release: matching('Its name.', LABEL),
    chart: text('A folder or archive relative to the spec (`./chart`), or the name of a chart.'),
    namespace: v.optional(matching('Its namespace; made when it does not exist.', LABEL), 'default'),
    values: v.optional(list('Files of values, relative to the spec.', text('A file.')), () => []),
    set: v.optional(
      mapOf(
        'Single values, by their path.',
        text('A path such as image.tag.'),
        byShape<string | number | boolean>('A value.', 'a text, a number or a boolean', {
          text: v.pipe(v.string('a text'), v.description('A text.')),
          number: v.pipe(v.number(), v.description('A number.')),
          flag: flag('A boolean.'),
        }),
      ),
      () => ({}),
    ),
    timeout: v.optional(duration('How long the release may take to be ready.'), '5m'),
    test: v.optional(flag('Whether the tests of the chart are run.'), false),
  }),
  v.transform(({ timeout, ...release }) => ({ ...release, timeoutMs: timeout })),
);

const common = () => ({
  name: text('What the check is called.'),
  timeout: v.optional(duration('How long to try before the run gives up.'), '60s'),
});

const checkSchema: Schema<CheckSpec> = byKey<CheckSpec>('What must hold before the steps run.', {
  http: v.pipe(
    section('A page that the ingress serves.', {
      ...common(),
      http: section('The request, and what must come back.', {
        host: text('The host name of the request.'),
        path: v.optional(matching('The path of the request.', { like: /^\//, rule: 'a path that begins with `/`' }), '/'),
        status: v.optional(wholeNumber('The status that must come back.', 100, 599), 200),
        contains: v.optional(text('What the body must contain.')),
        tls: v.optional(flag('Whether it is asked over HTTPS, whoever signed the certificate.'), false),
      }),
    }),
    v.transform(({ timeout, name, http }) => ({ name, timeoutMs: timeout, http: { ...http, contains: http.contains } })),
  ),
  ready: v.pipe(
    section('An object that is ready.', {
      ...common(),
      ready: section('The object.', {
        kind: text('Its kind.'),
        name: text('Its name.'),
        namespace: v.optional(matching('Its namespace.', LABEL), 'default'),
      }),
    }),
    v.transform(({ timeout, ...check }) => ({ ...check, timeoutMs: timeout })),
  ),
});

/** The block of the pattern `kind`. Other patterns check it and make no use of it. */
export const kindSchema: Schema<KindSpec> = v.pipe(
  section('The throwaway Kubernetes cluster of the pattern `kind`.', {
    node_image: v.optional(imageSchema('Image of the nodes.'), 'kindest/node:v1.34.4'),
    config: v.optional(kindConfigSchema, () => ({})),
    wait: v.optional(duration('How long the cluster, and each thing that is put into it, may take to be ready.'), '120s'),
    load: v.optional(list('Images that the cluster gets.', loadedSchema), () => []),
    manifests: v.optional(list('Files and folders of manifests, relative to the spec.', text('A file or folder.')), () => []),
    helm: v.optional(list('Helm releases, installed in order.', releaseSchema), () => []),
    checks: v.optional(list('What must hold before the steps run.', checkSchema), () => []),
    steps_on: v.optional(
      oneOf("Where the steps run: a container on the cluster's network, or this machine.", ['cluster', 'host']),
      'cluster',
    ),
  }),
  v.transform(({ node_image, wait, steps_on, ...kind }) => ({ ...kind, nodeImage: node_image, waitMs: wait, stepsOn: steps_on })),
);
