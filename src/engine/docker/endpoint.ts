import path from 'node:path';
import { getBuiltinModule } from 'node:process';
import { RunnerError } from '../../errors.ts';
import type { Env } from '../../spec/spec.ts';

export interface EndpointFacts {
  readonly environment: Env;
  /** The text of a file; undefined where there is none or it may not be read. */
  readonly readFile: (file: string) => string | undefined;
  /** A context named on the command line; wins over everything. */
  readonly context?: string | undefined;
}

interface TlsFiles {
  /** Where they are. */
  readonly folder: string;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly verify: boolean;
}

/** Where the daemon listens. `url` is what DOCKER_HOST would be, `foundBy` says where it stands. */
export type Endpoint = { readonly url: string; readonly foundBy: string } & (
  | { readonly type: 'unix'; readonly socketPath: string }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsFiles | undefined }
);

export const DEFAULT_SOCKET = '/var/run/docker.sock';

/**
 * Finds the daemon as the Docker CLI does: a context asked for by name, then DOCKER_HOST, DOCKER_CONTEXT, the current
 * context of config.json, and the socket everybody has. Throws `docker.unreachable` for what cannot be spoken to.
 */
export function endpointOf(facts: EndpointFacts): Endpoint {
  const { environment } = facts;
  if (facts.context) return contextEndpoint(facts.context, `context ${facts.context}`, facts);
  const host = environment['DOCKER_HOST'];
  if (host) return parsed(host, 'DOCKER_HOST', environmentTls(facts));
  const named = environment['DOCKER_CONTEXT'];
  if (named) return contextEndpoint(named, `context ${named}, from DOCKER_CONTEXT`, facts);
  const current = currentContext(facts);
  if (current) return contextEndpoint(current, `context ${current}, from ${path.join(configFolder(facts), 'config.json')}`, facts);
  return byDefault();
}

/** `unix:///var/run/docker.sock (DOCKER_HOST)`. */
export const endpointText = ({ url, foundBy }: Endpoint): string => `${url} (${foundBy})`;

/** Where the Docker CLI keeps its settings: DOCKER_CONFIG, else `~/.docker`. */
export const configFolder = ({ environment }: EndpointFacts): string =>
  environment['DOCKER_CONFIG'] || path.join(environment['HOME'] ?? '/', '.docker');

const byDefault = (): Endpoint => ({
  type: 'unix',
  socketPath: DEFAULT_SOCKET,
  url: `unix://${DEFAULT_SOCKET}`,
  foundBy: 'the default: neither DOCKER_HOST nor a context is set',
});

function currentContext(facts: EndpointFacts): string | undefined {
  const text = facts.readFile(path.join(configFolder(facts), 'config.json'));
  const { currentContext: name } = jsonOf<{ currentContext?: string }>(text) ?? {};
  return name === 'default' ? undefined : name;
}

function contextEndpoint(name: string, foundBy: string, facts: EndpointFacts): Endpoint {
  if (name === 'default') return byDefault();
  const contexts = path.join(configFolder(facts), 'contexts');
  const { createHash } = getBuiltinModule('node:crypto'); // takes 5 ms to load, and most runs use no context
  const id = createHash('sha256').update(name).digest('hex');
  const file = path.join(contexts, 'meta', id, 'meta.json');
  const docker = jsonOf<ContextMeta>(facts.readFile(file))?.Endpoints?.docker;
  if (!docker?.Host)
    throw new RunnerError('docker.unreachable', `there is no Docker context called ${name}`, {
      detail: [`looked in ${file}`, `named by: ${foundBy}`],
      hint: 'List the contexts with `docker context ls`, or set DOCKER_HOST.',
    });
  const tls = tlsFrom(path.join(contexts, 'tls', id, 'docker'), facts, !docker.SkipTLSVerify);
  return parsed(docker.Host, foundBy, tls.ca || tls.cert ? tls : undefined);
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

function parsed(url: string, foundBy: string, tls: TlsFiles | undefined): Endpoint {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? [];
  if (scheme === 'unix') return { type: 'unix', socketPath: rest || DEFAULT_SOCKET, url, foundBy };
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https')
    return tcp(url, foundBy, scheme === 'https' ? (tls ?? SYSTEM_TRUST) : tls);
  throw new RunnerError('docker.unreachable', `the Docker address ${url} is of a kind the runner cannot speak to`, {
    detail: [`named by: ${foundBy}`],
    hint:
      scheme === 'ssh'
        ? `Forward the socket yourself: \`ssh -NL /tmp/docker.sock:${DEFAULT_SOCKET} ${rest}\`, then set DOCKER_HOST=unix:///tmp/docker.sock.`
        : 'Give an address that begins with unix:// or tcp://.',
  });
}

const SYSTEM_TRUST: TlsFiles = { folder: '', ca: undefined, cert: undefined, key: undefined, verify: true };

function tcp(url: string, foundBy: string, tls: TlsFiles | undefined): Endpoint {
  const { hostname, port } = new URL(url.replace(/^[a-z]+:/, 'http:'));
  const usual = tls ? 2376 : 2375;
  return { type: 'tcp', host: hostname.replace(/^\[|\]$/g, ''), port: port ? Number(port) : usual, tls, url, foundBy };
}

function environmentTls(facts: EndpointFacts): TlsFiles | undefined {
  if (!facts.environment['DOCKER_TLS_VERIFY']) return undefined;
  return tlsFrom(facts.environment['DOCKER_CERT_PATH'] || configFolder(facts), facts, true);
}

const tlsFrom = (folder: string, { readFile }: EndpointFacts, verify: boolean): TlsFiles => ({
  folder,
  ca: readFile(path.join(folder, 'ca.pem')),
  cert: readFile(path.join(folder, 'cert.pem')),
  key: readFile(path.join(folder, 'key.pem')),
  verify,
});

/** Undefined for what is no JSON, too: a broken settings file is as good as none, and the CLI says so louder. */
export function jsonOf<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}
