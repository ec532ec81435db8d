import path from 'node:path';
import type { Document } from './document.ts';
import type { BuildSpec, Env, ExportSpec, KindSpec, MountSpec, SecretSpec, ServiceSpec, Spec } from './spec.ts';

export interface Surroundings {
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  /** Every source of variables put over each other. */
  readonly env: Env;
  readonly services: readonly ServiceSpec[];
  /** Images that a Compose file wants built. */
  readonly builds: readonly BuildSpec[];
}

/** The spec of a document: names given, paths absolute, environments put over each other. */
export function specOf(document: Document, around: Surroundings): Spec {
  const { envFiles: _, ...rest } = document;
  const inFolder = (written: string): string => path.resolve(around.folder, written);
  return {
    ...rest,
    file: around.file,
    folder: around.folder,
    name: document.name ?? nameFrom(around.file),
    env: around.env,
    secrets: document.secrets.map((secret) => withFile(secret, inFolder)),
    workspace: { ...document.workspace, path: inFolder(document.workspace.path) },
    mounts: document.mounts.map((mount) => withSource(mount, inFolder)),
    services: around.services.map((service) => ({ ...service, mounts: service.mounts.map((mount) => withSource(mount, inFolder)) })),
    build: [...document.build, ...around.builds].map((build) => withContext(build, inFolder)),
    kind: withPaths(document.kind, inFolder),
    dind: { ...document.dind, export: document.dind.export.map((one) => withArchive(one, inFolder)) },
    steps: document.steps.map((step, index) => ({ ...step, name: step.name ?? `step-${index + 1}` })),
  };
}

type InFolder = (written: string) => string;

const withFile = (secret: SecretSpec, inFolder: InFolder): SecretSpec =>
  'file' in secret.from ? { ...secret, from: { file: inFolder(secret.from.file) } } : secret;

const withSource = (mount: MountSpec, inFolder: InFolder): MountSpec =>
  mount.type === 'bind' ? { ...mount, source: inFolder(mount.source) } : mount;

function withContext(build: BuildSpec, inFolder: InFolder): BuildSpec {
  const context = inFolder(build.context);
  return { ...build, context, dockerfile: path.resolve(context, build.dockerfile) };
}

const withArchive = ({ image, archive }: ExportSpec, inFolder: InFolder): ExportSpec => ({
  image,
  archive: archive === undefined ? undefined : inFolder(archive),
});

const withPaths = (kind: KindSpec, inFolder: InFolder): KindSpec => ({
  ...kind,
  config: withMounts(kind.config, inFolder),
  load: kind.load.map((one) => ('archive' in one ? { archive: inFolder(one.archive) } : one)),
  manifests: kind.manifests.map(inFolder),
  helm: kind.helm.map((release) => ({
    ...release,
    chart: isChartPath(release.chart) ? inFolder(release.chart) : release.chart,
    values: release.values.map(inFolder),
  })),
});

/** kind would take a relative path from wherever the runner was started. */
const withMounts = (config: KindSpec['config'], inFolder: InFolder): KindSpec['config'] =>
  Array.isArray(config['nodes'])
    ? { ...config, nodes: config['nodes'].map((node) => withHostPaths(node as MountingNode, inFolder)) }
    : config;

interface MountingNode {
  readonly extraMounts?: readonly { readonly hostPath: string }[];
}

const withHostPaths = (node: MountingNode, inFolder: InFolder): MountingNode =>
  node.extraMounts ? { ...node, extraMounts: node.extraMounts.map((mount) => ({ ...mount, hostPath: inFolder(mount.hostPath) })) } : node;

/** As Helm tells them apart, but for a folder without `./` before it: whether one is there must not change what is meant. */
export const isChartPath = (chart: string): boolean =>
  /^\.{0,2}\/|^\.{1,2}$/.test(chart) || (chart.endsWith('.tgz') && !chart.includes('://'));

/** `ci/Nightly Build.yaml` is `nightly-build`. */
function nameFrom(file: string): string {
  const base = path.basename(file).replace(/\.ya?ml$/i, '');
  const name = base
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return name === '' ? 'run' : name;
}
