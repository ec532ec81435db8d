import path from 'node:path';
import { runTool } from '../tool.ts';
import { configFolder, type EndpointFacts, jsonOf } from './endpoint.ts';

/** What the Docker CLI calls Docker Hub in its settings. */
const HUB = 'https://index.docker.io/v1/';
const HELPER_TIMEOUT_MS = 20_000;

interface CliConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/**
 * The X-Registry-Auth header with which the user's own `docker login` pulls this image: from the credential helper that
 * the CLI would ask, else from config.json. Undefined where the user is not logged in; the pull then goes without.
 */
export async function registryAuth(image: string, facts: EndpointFacts): Promise<string | undefined> {
  const config = jsonOf<CliConfig>(facts.readFile(path.join(configFolder(facts), 'config.json')));
  if (!config) return undefined;
  const registry = registryOf(image);
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  const login = helper ? await askHelper(helper, registry, facts) : storedLogin(config, registry);
  return login && Buffer.from(JSON.stringify({ ...login, serveraddress: registry })).toString('base64url');
}

/** The part before the first slash, when it looks like a host; everything else is on Docker Hub. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : HUB;
}

type Login = { readonly username: string; readonly password: string } | { readonly identitytoken: string };

function storedLogin({ auths = {} }: CliConfig, registry: string): Login | undefined {
  const { auth, identitytoken } = auths[registry] ?? auths[`https://${registry}`] ?? {};
  if (identitytoken) return { identitytoken };
  const [, username = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? '', 'base64').toString()) ?? [];
  return username ? { username, password } : undefined;
}

/** A helper that fails or knows nothing says so with its exit code; the registry then decides. */
async function askHelper(helper: string, registry: string, { environment }: EndpointFacts): Promise<Login | undefined> {
  const heard: Uint8Array[] = [];
  const { code } = await runTool({
    command: [`docker-credential-${helper}`, 'get'],
    env: environment,
    stdin: Buffer.from(registry),
    onOutput: (stream, chunk) => void (stream === 'stdout' && heard.push(chunk)),
    signal: AbortSignal.timeout(HELPER_TIMEOUT_MS),
    killAfterMs: () => 0,
    install: `Install docker-credential-${helper}, which your Docker config.json names, or remove it there.`,
  });
  const found = code === 0 ? jsonOf<{ Username: string; Secret: string }>(Buffer.concat(heard).toString()) : undefined;
  if (!found) return undefined;
  return found.Username === '<token>' ? { identitytoken: found.Secret } : { username: found.Username, password: found.Secret };
}
