import { gunzipSync } from 'node:zlib';
import type { Secret } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from './object.ts';
import type { Observed } from './observed.ts';

/** What Helm (3 and 4 alike) stores about a release, from before it makes the first object of it. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: { readonly status: string; readonly description?: string; readonly notes?: string };
  /** YAML, without the hooks. */
  readonly manifest?: string;
  readonly hooks?: readonly { readonly name: string; readonly manifest: string; readonly events: readonly string[] }[];
}

export type SecretObject = KubeObject & Secret;

const PREFIX = 'sh.helm.release.v1.';
export const isRelease = ({ metadata }: KubeObject): boolean => metadata.name.startsWith(PREFIX);

/** Twice base64, the API's and Helm's own, around a compressed JSON. */
export function decodeRelease({ data }: SecretObject): Release {
  const stored = Buffer.from(data?.['release'] ?? '', 'base64').toString();
  return JSON.parse(gunzipSync(Buffer.from(stored, 'base64')).toString()) as Release;
}

/** The newest revision. */
export function releaseIn(
  world: Observed,
  { release, namespace }: { readonly release: string; readonly namespace: string },
): Release | undefined {
  const secrets = world.all<SecretObject>('Secret', namespace).filter(({ metadata }) => metadata.name.startsWith(`${PREFIX}${release}.v`));
  const newest = secrets.toSorted((a, b) => Number(a.metadata.labels?.['version']) - Number(b.metadata.labels?.['version'])).at(-1);
  return newest && decodeRelease(newest);
}

/** As `helm status` and `helm get manifest` say it. */
export const releaseText = ({ name, namespace, version, info, manifest = '', hooks = [] }: Release): string =>
  [
    `# release ${name} in namespace ${namespace}, revision ${version}: ${info.status}`,
    ...(info.description ? [`# ${info.description.replaceAll('\n', '\n# ')}`] : []),
    manifest.trim(),
    ...hooks.map((hook) => `---\n# hook ${hook.name} (${hook.events.join(', ')})\n${hook.manifest.trim()}`),
    '',
  ].join('\n');
