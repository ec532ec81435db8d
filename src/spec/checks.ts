import { circleIn } from './circle.ts';
import { at, fieldOf, items, like, mappingOf, namesOf, type Part, part, textOf } from './parts.ts';
import { type Path, pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { meantBy } from './unknown-keys.ts';
import type { Where } from './where.ts';

type Finding = { readonly path: Path; readonly message: string };
type Check = (document: Part) => readonly Finding[];

/** What no field can tell for itself. Runs on any tree, so that all problems of a document are found at once. */
export function crossProblems(tree: unknown, where: Where): readonly Problem[] {
  const document = { path: [], value: tree };
  return CHECKS.flatMap((check) => check(document)).map((finding) => problemOf(finding, where));
}

const problemOf = ({ path, message }: Finding, where: Where): Problem => ({ place: where.value(path), path: pathText(path), message });

const duplicateSteps: Check = (document) => {
  const named = items(document, 'steps').map((step, index) => ({ step, name: textOf(step, 'name') ?? `step-${index + 1}` }));
  return duplicates(
    named.map(({ step, name }) => ({ at: at(step, 'name'), name, key: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') })),
  );
};

interface Named {
  readonly at: Path;
  readonly name: string;
  /** Names with the same key cannot stand beside each other. */
  readonly key: string;
}

function duplicates(named: readonly Named[]): readonly Finding[] {
  return repeated(named).map(([{ at: path, name }, first]) => {
    const taken = first.name === name ? `\`${name}\` is taken` : `\`${name}\` is too much like \`${first.name}\``;
    return { path, message: `${taken}: ${pathText(first.at.slice(0, -1))} has this name` };
  });
}

/** Every entry whose key stood before, with the first that had it. */
function repeated(named: readonly Named[]): readonly (readonly [Named, Named])[] {
  const firsts = new Map(named.toReversed().map((entry) => [entry.key, entry]));
  return named.filter((entry) => firsts.get(entry.key) !== entry).map((entry) => [entry, firsts.get(entry.key)!]);
}

const duplicatesIn =
  (list: string, key: string, section?: string): Check =>
  (document) =>
    duplicates(
      items(section === undefined ? document : part(document, section), list).flatMap((item) => {
        const name = typeof item.value === 'string' ? item.value : textOf(item, key);
        return name === undefined ? [] : [{ at: at(item, key), name, key: name }];
      }),
    );

/** With a Compose file, what is built is known only once that has been read: see `buildProblems`. */
const imagesFromBuilds: Check = (document) =>
  'compose' in mappingOf(fieldOf(document, 'services')) ? [] : imagesBuiltByNobody(document, []);

/** As problems of the document: images that neither an entry under `build` nor a Compose file builds, and tags that both do. */
export function buildProblems(tree: unknown, where: Where, composed: readonly string[]): readonly Problem[] {
  const document = { path: [], value: tree };
  const twice = items(document, 'build')
    .filter((build) => composed.includes(textOf(build, 'tag') ?? ''))
    .map((build) => ({ path: at(build, 'tag'), message: `\`${textOf(build, 'tag')}\` is built by the Compose file, too` }));
  return [...twice, ...imagesBuiltByNobody(document, composed)].map((finding) => problemOf(finding, where));
}

function imagesBuiltByNobody(document: Part, composed: readonly string[]): readonly Finding[] {
  const tags = [...namesOf(document, 'build', 'tag'), ...composed];
  const users = [document, ...items(document, 'steps'), ...items(document, 'services')].map((user) => part(user, 'image'));
  const [kind, dind] = [part(document, 'kind'), part(document, 'dind')];
  const elsewhere = [part(kind, 'node_image'), ...items(kind, 'load'), part(dind, 'image'), ...items(dind, 'preload')];
  return [...users, ...elsewhere].flatMap((image) => {
    const tag = textOf(image, 'build');
    return tag === undefined || tags.includes(tag)
      ? []
      : [{ path: at(image, 'build'), message: `\`${tag}\` is not the tag of an entry under \`build\`${like(tag, tags)}` }];
  });
}

const stepsHaveImages: Check = (document) => {
  if (fieldOf(document, 'image') !== undefined || IMAGELESS.includes(String(fieldOf(document, 'pattern')))) return [];
  return items(document, 'steps')
    .filter(
      (step) => typeof step.value === 'string' || (fieldOf(step, 'run') !== undefined && !Object.keys(mappingOf(step.value)).some(isImage)),
    )
    .map(({ path }) => ({ path, message: 'needs an image; write `image` here, or once at the top of the document' }));
};

/** The steps of `kind` run in the image of its nodes, which has kubectl. */
const IMAGELESS = ['host', 'kind'];

/** The key, or a misspelling that is reported as one. */
const isImage = (key: string): boolean => meantBy(key, ['image']) === 'image';

/** Where the mode is left out, these patterns copy. */
const COPYING = ['host', 'dind', 'vm', 'job'];

function copies(document: Part): boolean {
  const mode = fieldOf(part(document, 'workspace'), 'mode');
  return mode === 'copy' || (mode === undefined && COPYING.includes(String(fieldOf(document, 'pattern'))));
}

const readOnlyNeedsBind: Check = (document) => {
  const docker = part(document, 'docker');
  if (fieldOf(docker, 'read_only') !== true || fieldOf(document, 'pattern') === 'host' || !copies(document)) return [];
  const message = 'keeps the copy of the workspace out, too; write `mode: bind` under `workspace`, or remove it';
  return [{ path: at(docker, 'read_only'), message }];
};

const excludeNeedsCopy: Check = (document) => {
  const workspace = part(document, 'workspace');
  if (fieldOf(workspace, 'exclude') === undefined) return [];
  return copies(document)
    ? []
    : [{ path: at(workspace, 'exclude'), message: 'is for a copy only; write `mode: copy` beside it, or remove it' }];
};

const buildSecretsExist: Check = (document) => {
  const secrets = namesOf(document, 'secrets', 'name');
  return items(document, 'build')
    .flatMap((build) => items(build, 'secrets'))
    .filter(({ value }) => typeof value === 'string' && !secrets.includes(value))
    .map(({ path, value }) => ({
      path,
      message: `\`${value}\` is not the name of an entry under \`secrets\`${like(String(value), secrets)}`,
    }));
};

const targetsDiffer: Check = (document) =>
  [document, ...items(document, 'services')].flatMap((owner) => {
    const mounts = items(owner, 'mounts').flatMap((mount) => {
      const key = textOf(mount, 'tmpfs') === undefined ? 'target' : 'tmpfs';
      const target = textOf(mount, key);
      return target === undefined ? [] : [{ at: at(mount, key), name: target, key: target.replace(/\/+$/, '') }];
    });
    return repeated(mounts).map(([{ at: path, name }]) => ({ path, message: `\`${name}\` is the target of another mount` }));
  });

const dependenciesExist: Check = (document) => {
  const names = namesOf(document, 'services', 'name');
  const known = new Set(names);
  return items(document, 'services').flatMap((service) =>
    dependenciesOf(service)
      .filter((name) => !known.has(name))
      .map((name) => ({
        path: [...at(service, 'depends_on'), name],
        message: `\`${name}\` is not the name of a service${like(name, names)}`,
      })),
  );
};

const healthyIsAsked: Check = (document) => {
  const services = items(document, 'services');
  const silent = services.filter((service) => fieldOf(service, 'ready') === undefined).map((service) => textOf(service, 'name'));
  return services.flatMap((service) =>
    Object.entries(mappingOf(fieldOf(service, 'depends_on')))
      .filter(([name, condition]) => condition === 'healthy' && silent.includes(name))
      .map(([name]) => ({
        path: [...at(service, 'depends_on'), name],
        message: `\`${name}\` has no \`ready\`, so nothing tells when it is healthy; give it one, or write \`started\``,
      })),
  );
};

/** Without a network a service is for itself, and on that of this machine all have the same ports. */
const servicesAreReached: Check = (document) => {
  const network = fieldOf(document, 'network');
  const services = items(document, 'services');
  if (network === 'none' && services.length > 0)
    return [{ path: ['network'], message: 'leaves no step a way to the services; write `job`, or remove it' }];
  if (network !== 'host') return [];
  const ports = services.flatMap((service) => portOf(service));
  return repeated(ports).map(([{ at: path, name }, { at: first }]) => ({
    path,
    message: `${name} is a port of ${pathText(first.slice(0, 2))}, too, and with \`network: host\` there is only one of each`,
  }));
};

function portOf(service: Part): readonly Named[] {
  const ready = part(service, 'ready');
  const [, port] = /^https?:\/\/(?:localhost)?:(\d+)/.exec(textOf(ready, 'http') ?? '') ?? [];
  const tcp = fieldOf(ready, 'tcp');
  const key = port ?? (typeof tcp === 'number' ? String(tcp) : undefined);
  return key === undefined ? [] : [{ at: at(ready, port === undefined ? 'tcp' : 'http'), name: key, key }];
}

/** On the network of this machine its bridges and its rules for packets would be there, too, and stay there. */
const privateDaemonHasNetwork: Check = (document) => {
  if (fieldOf(document, 'pattern') !== 'dind') return [];
  const network = part(document, 'network');
  if (network.value === 'host')
    return [{ path: network.path, message: 'lets the private daemon change the network of this machine; write `job`, or remove it' }];
  if (fieldOf(network, 'steps') !== 'isolated') return [];
  return [{ path: at(network, 'steps'), message: 'is not possible here: the steps are where their daemon is; remove it' }];
};

const dependenciesEnd: Check = (document) => {
  const services = items(document, 'services');
  const circle = circleIn(new Map(services.map((service) => [textOf(service, 'name') ?? '', dependenciesOf(service)])));
  if (circle === undefined) return [];
  const first = services.find((service) => textOf(service, 'name') === circle[0])!;
  return [{ path: [...at(first, 'depends_on'), circle[1]!], message: `closes a circle: ${circle.join(' → ')}` }];
};

const dependenciesOf = (service: Part): readonly string[] => Object.keys(mappingOf(fieldOf(service, 'depends_on')));

const CHECKS: readonly Check[] = [
  duplicateSteps,
  duplicatesIn('services', 'name'),
  duplicatesIn('build', 'tag'),
  duplicatesIn('secrets', 'name'),
  duplicatesIn('checks', 'name', 'kind'),
  duplicatesIn('helm', 'release', 'kind'),
  imagesFromBuilds,
  stepsHaveImages,
  excludeNeedsCopy,
  readOnlyNeedsBind,
  buildSecretsExist,
  targetsDiffer,
  dependenciesExist,
  healthyIsAsked,
  servicesAreReached,
  privateDaemonHasNetwork,
  dependenciesEnd,
];
