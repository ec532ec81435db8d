import * as v from 'valibot';
import { byKey, byShape, duration, flag, list, mapOf, matching, oneOf, type Schema, section, text, wholeNumber } from './kinds.ts';
import { imageSchema } from './schema-common.ts';

/** Kubernetes' own names: RFC 1123 labels. */
const LABEL = { like: /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/, rule: 'a name from a-z, 0-9 and -, with a letter or digit first and last' };

const anything = (about: string): Schema<unknown> => v.pipe(v.unknown(), v.description(about));

const nativeSchema: Schema<unknown> = mapOf('Passed on as it is, in the words of kind.', text('A key.'), anything('A value.'));

const loadedSchema: Schema<unknown> = byShape<unknown>('An image.', 'an image, { build: tag } or { archive: file }', {
  text: imageSchema('An image that the daemon has or can pull.'),
  mapping: byKey<unknown>('An image that was made.', {
    build: section('An image made by an entry under `build`.', { build: text('The tag of that entry.') }),
    archive: section('Images in a file.', { archive: text('The file, relative to the spec.') }),
  }),
});

const releaseSchema: Schema<unknown> = section('A Helm release.', {
  release: matching('Its name.', LABEL),
  chart: text('A folder relative to the spec, or the name of a chart.'),
  namespace: v.optional(matching('Its namespace; made when it does not exist.', LABEL)),
  values: v.optional(list('Files of values, relative to the spec.', text('A file.'))),
  set: v.optional(
    mapOf(
      'Single values, by their path.',
      text('A path such as image.tag.'),
      byShape<unknown>('A value.', 'a text, a number or a boolean', {
        text: text('A text.'),
        number: v.pipe(v.number(), v.description('A number.')),
        flag: flag('A boolean.'),
      }),
    ),
  ),
  timeout: v.optional(duration('How long the release may take.')),
  test: v.optional(flag('Whether the tests of the chart are run.')),
});

const checkSchema: Schema<unknown> = byKey<unknown>('What must hold before the steps run.', {
  http: section('A page that the ingress serves.', {
    name: text('What the check is called.'),
    http: section('The request, and what must come back.', {
      host: text('The host name of the request.'),
      path: v.optional(matching('The path of the request.', { like: /^\//, rule: 'a path that begins with `/`' })),
      status: v.optional(wholeNumber('The status that must come back.', 100, 599)),
      contains: v.optional(text('What the body must contain.')),
    }),
  }),
  ready: section('An object that is ready.', {
    name: text('What the check is called.'),
    ready: section('The object.', {
      kind: text('Its kind.'),
      name: text('Its name.'),
      namespace: v.optional(matching('Its namespace.', LABEL)),
    }),
  }),
});

/** The block of the pattern `kind`. Other patterns check it and make no use of it. */
export const kindSchema: Schema<unknown> = section('The throwaway Kubernetes cluster of the pattern `kind`.', {
  node_image: v.optional(imageSchema('Image of the nodes.')),
  config: v.optional(nativeSchema),
  wait: v.optional(duration('How long the cluster may take to be ready.')),
  load: v.optional(list('Images that the cluster gets.', loadedSchema)),
  manifests: v.optional(list('Files and folders of manifests, relative to the spec.', text('A file or folder.'))),
  helm: v.optional(list('Helm releases, installed in order.', releaseSchema)),
  checks: v.optional(list('What must hold before the steps run.', checkSchema)),
  steps_on: v.optional(oneOf("Where the steps run: a container on the cluster's network, or this machine.", ['cluster', 'host'])),
});
