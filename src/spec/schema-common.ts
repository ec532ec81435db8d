import * as v from 'valibot';
import { envNameProblem } from './env-file.ts';
import { byShape, mapOf, matching, type Rule, type Schema, section, text } from './kinds.ts';
import type { ImageSpec } from './spec.ts';

export const RUN_NAME: Rule = { like: /^[a-z0-9-]{1,40}$/, rule: 'a name of 1 to 40 characters from a-z, 0-9 and -' };
export const STEP_NAME: Rule = {
  like: /^[A-Za-z0-9][A-Za-z0-9 ._+-]{0,59}$/,
  rule: 'a name of 1 to 60 characters from A-Z, a-z, 0-9, space and . _ + -, with a letter or digit first',
};
export const SERVICE_NAME: Rule = {
  like: /^[a-z0-9][a-z0-9_-]{0,39}$/,
  rule: 'a host name of 1 to 40 characters from a-z, 0-9, _ and -, with a letter or digit first',
};
export const OBJECT_NAME: Rule = {
  like: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/,
  rule: 'a name of 1 to 40 characters from A-Z, a-z, 0-9 and . _ -, with a letter or digit first',
};

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?';

/** A reference as the registries' distribution specification has it: host, path, tag, digest. */
export const IMAGE: Rule = {
  like: new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$`),
  rule: 'the name of an image, such as debian:bookworm',
};

export const imageSchema = (about: string): Schema<ImageSpec> =>
  byShape<ImageSpec>(about, 'an image such as debian:bookworm, or { build: tag }', {
    text: v.pipe(matching('A name in a registry.', IMAGE), v.maxLength(255, 'is longer than the 255 characters an image name may have')),
    mapping: section('An image made by an entry under `build`.', { build: text('The tag of that entry.') }),
  });

/** Values are texts only: `3.10` and `no` mean something else to YAML than to the program that reads the variable. */
export const envSchema = (about: string): Schema<Record<string, string>> =>
  mapOf(about, envNameSchema, v.pipe(v.string('a text'), v.description('The value, always a text.')));

const envNameSchema: Schema<string> = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? envNameProblem(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  }),
);

export const argsSchema = (about: string): Schema<Record<string, string>> =>
  mapOf(
    about,
    v.pipe(v.string(), v.nonEmpty('is a name without a letter')),
    v.pipe(v.string('a text'), v.description('The value, always a text.')),
  );
