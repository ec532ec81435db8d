import { PREDEFINED } from '../own.ts';
import { forbidden, malformed, missing, Refusal } from '../refusal.ts';
import { type Guard, jsonAnswer, NO_BODY, type Rule, whole } from '../rule.ts';
import type { JsonObject } from '../strict-json.ts';
import { checked, elsewhere, type Field, type Fields, keep, never, objectOf, oneOf, textOf, textsOf } from './fields.ts';
import { ownContainers } from './lists.ts';

const OPTIONS =
  /^com\.docker\.network\.(?:driver\.mtu|container_iface_prefix|bridge\.(?:enable_icc|enable_ip_masquerade|host_binding_ipv4))$/;

/** A bridge may be given the name of one that is there, and is then that one. */
const options: Field = (value, name, allowed) => {
  const strange = Object.keys(textsOf(value, name)).find((key) => !OPTIONS.test(key));
  if (strange !== undefined && !allowed.has('host-network')) throw forbidden(`the network option ${strange}`, 'host-network');
  return value;
};

const NETWORK: Fields = {
  Name: keep,
  CheckDuplicate: keep,
  Driver: oneOf(['bridge', 'default'], 'host-network'),
  Scope: oneOf(['local']),
  Internal: keep,
  Attachable: keep,
  Ingress: never,
  ConfigOnly: never,
  ConfigFrom: never,
  EnableIPv4: keep,
  EnableIPv6: keep,
  IPAM: keep,
  Options: options,
  Labels: elsewhere,
};
/** Clients send what they read of another network. */
const EMPTY_CONFIG: JsonObject = { Network: '' };

export const createNetwork: Rule = {
  about: 'made with the run’s labels, when nobody else has a network of that name; bridges only',
  async apply(asked, { plan, own }) {
    const { ConfigFrom, ...body } = (await asked.body()) ?? {};
    const from = JSON.stringify(ConfigFrom) === JSON.stringify(EMPTY_CONFIG) ? {} : { ConfigFrom: ConfigFrom ?? null };
    const wanted = checked({ ...body, ...from }, NETWORK, { within: '', allowed: new Set(plan.allowed) });
    const name = textOf(wanted['Name'], 'Name');
    if (name === '') throw malformed('the network has no name');
    const found = await own.networkBy(name);
    if (found?.Name === name && !own.has(found.Labels))
      throw new Refusal(409, `the name ${name} is taken by a network that is not of this run`);
    return {
      body: { type: 'json', value: { ...wanted, CheckDuplicate: true, Labels: own.labelled(textsOf(body['Labels'], 'Labels')) } },
      answer: whole((answer) => answer),
    };
  },
};

const CONNECT: Fields = { Container: elsewhere, EndpointConfig: keep, Force: keep };

export const connectNetwork: Rule = {
  about: 'only between a network and a container of the run',
  async apply(asked, guard) {
    const body = (await asked.body()) ?? {};
    const value = checked(body, CONNECT, { within: '', allowed: new Set() });
    const endpoint = value['EndpointConfig'];
    const safe = endpoint === undefined ? {} : { EndpointConfig: await endpointOf(objectOf(endpoint, 'EndpointConfig'), guard) };
    const Container = await guard.own.container(textOf(body['Container'], 'Container'));
    return { body: { type: 'json', value: { ...value, ...safe, Container } }, answer: whole((answer) => answer) };
  },
};

/** The networks of the plan's own, and of those that every daemon has, only what is the run's of them. */
export const inspectNetwork: Rule = {
  about: 'passed on, with the run’s containers alone',
  apply: (_, guard) => ({
    body: NO_BODY,
    answer: whole(async (answer) => {
      if (answer.status !== 200) return answer;
      const network = JSON.parse(answer.text) as { Containers?: Record<string, unknown> | null };
      const own = await ownContainers(guard);
      const containers = Object.entries(network.Containers ?? {}).filter(([id]) => own.has(id));
      return jsonAnswer(answer, { ...network, Containers: Object.fromEntries(containers) });
    }),
  }),
};

export interface Networking {
  readonly mode: string;
  readonly config: JsonObject;
}

/** To what a container is attached. Who names nothing gets the network of the job, by Docker's own name for nothing. */
export async function networkingOf(body: JsonObject, guard: Guard): Promise<Networking> {
  const mode = textOf(objectOf(body['HostConfig'], 'HostConfig')['NetworkMode'], 'NetworkMode');
  const endpoints = objectOf(objectOf(body['NetworkingConfig'], 'NetworkingConfig')['EndpointsConfig'], 'EndpointsConfig');
  const network = await modeOf(mode, guard);
  const config = await Promise.all(
    Object.entries(endpoints).map(async ([name, endpoint]) => {
      const known = UNSAID.includes(name) ? network : name;
      if (!PREDEFINED.includes(known) && known !== 'default') await guard.own.network(known);
      if (known === 'host' && network !== 'host') throw forbidden('NetworkMode host', 'host-network');
      return [known, await endpointOf(objectOf(endpoint, 'EndpointsConfig'), guard)] as const;
    }),
  );
  return { mode: network, config: config.length > 0 ? { EndpointsConfig: Object.fromEntries(config) } : {} };
}

const UNSAID = ['', 'default', 'bridge'];

async function modeOf(mode: string, { plan, own }: Guard): Promise<string> {
  if (UNSAID.includes(mode)) return plan.network ?? (mode || 'default');
  if (mode === 'none') return mode;
  if (mode === 'host') {
    if (!plan.allowed.includes('host-network')) throw forbidden('NetworkMode host', 'host-network');
    return mode;
  }
  const [, container] = /^container:(.+)$/.exec(mode) ?? [];
  if (container !== undefined) return `container:${await own.container(container)}`;
  if (mode.includes(':')) throw forbidden(`NetworkMode ${mode}`);
  await own.network(mode);
  return mode;
}

const ENDPOINT: Fields = {
  IPAMConfig: keep,
  Links: elsewhere,
  Aliases: keep,
  MacAddress: keep,
  DriverOpts: keep,
  GwPriority: keep,
  ...Object.fromEntries(
    'NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen DNSNames'
      .split(' ')
      .map((name) => [name, elsewhere]),
  ),
};

async function endpointOf(endpoint: JsonObject, guard: Guard): Promise<JsonObject> {
  const Links = await linksOf(endpoint['Links'] ?? null, guard);
  return { ...checked(endpoint, ENDPOINT, { within: 'EndpointsConfig.', allowed: new Set() }), ...(Links.length > 0 && { Links }) };
}

/** `container:alias`, of the run's containers. */
export async function linksOf(links: unknown, { own }: Guard): Promise<readonly string[]> {
  if (links === null || links === undefined) return [];
  if (!Array.isArray(links)) throw malformed('Links is not a list');
  return Promise.all(
    links.map(async (link: unknown) => {
      const [name = '', alias = name] = String(link).split(':');
      if (name === '') throw missing.container(name);
      return `${await own.container(name.replace(/^\//, ''))}:${alias}`;
    }),
  );
}
