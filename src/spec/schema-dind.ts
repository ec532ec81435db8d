import * as v from 'valibot';
import { byKey, byShape, flag, list, mapOf, matching, type Schema, section, text } from './kinds.ts';
import { IMAGE, imageSchema, OBJECT_NAME } from './schema-common.ts';
import { resourcesSchema } from './schema-workspace.ts';
import type { DindSpec, ExportSpec } from './spec.ts';

const registry = { like: /^(?:https?:\/\/)[^\s/]+\/?$/, rule: 'an address such as https://mirror.example.org' };
const insecure = { like: /^[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/\d{1,2})?$/, rule: 'a registry such as registry.local:5000' };
/** What the runner itself decides: where the daemon listens and what it keeps its files in. */
const option = {
  like: /^(?!(?:host|H|data-root|pidfile|exec-root|tls.*|config-file)$)[a-z][a-z0-9-]*$/,
  rule: 'an option of dockerd that is not the runner’s own to set',
};

const exportSchema: Schema<ExportSpec> = byShape<ExportSpec>('An image.', 'an image, or { image, archive }', {
  text: v.pipe(
    matching('An image that the outer daemon gets, under the same name.', IMAGE),
    v.transform((image) => ({ image, archive: undefined })),
  ),
  mapping: byKey<ExportSpec>('An image and where it goes.', {
    archive: section('An image and the file it is written to.', {
      image: matching('The image.', IMAGE),
      archive: text('The file, relative to the spec.'),
    }),
  }),
});

/** The block of the pattern `dind`. Other patterns check it and make no use of it. */
export const dindSchema: Schema<DindSpec> = v.pipe(
  section('The private Docker daemon of the pattern `dind`.', {
    image: v.optional(imageSchema('Image of the daemon.'), 'docker:dind'),
    preload: v.optional(
      list('Images that the private daemon gets from the outer one, where it lacks them.', imageSchema('An image.')),
      () => [],
    ),
    export: v.optional(list('Images that are handed on when the steps have passed.', exportSchema), () => []),
    store: v.optional(
      matching('Name of a cache in which images and layers are kept between runs; left out: nothing is kept.', OBJECT_NAME),
    ),
    tls: v.optional(flag('Whether the steps reach the daemon over TCP with certificates instead of its socket.'), false),
    registry_mirrors: v.optional(list('Mirrors of Docker Hub.', matching('An address.', registry)), () => []),
    insecure_registries: v.optional(list('Registries without a valid certificate.', matching('A host, with a port.', insecure)), () => []),
    options: v.optional(mapOf('Options of dockerd, without the dashes.', matching('An option.', option), text('Its value.')), () => ({})),
    resources: v.optional(resourcesSchema, () => ({})),
  }),
  v.transform(({ registry_mirrors, insecure_registries, store, ...dind }) => ({
    ...dind,
    store,
    registryMirrors: registry_mirrors,
    insecureRegistries: insecure_registries,
  })),
);
