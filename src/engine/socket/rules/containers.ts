import { forbidden, malformed, Refusal } from '../refusal.ts';
import { type Guard, NO_BODY, type Rule, STREAM, whole } from '../rule.ts';
import type { JsonObject } from '../strict-json.ts';
import { CONFIG, EXEC, EXEC_START, HOST_CONFIG, UPDATE } from './container-fields.ts';
import { checked, objectOf, textOf, textsOf } from './fields.ts';
import { mountsOf } from './mounts.ts';
import { linksOf, networkingOf } from './networks.ts';

/** Since then a volume can be mounted from a folder in it; a daemon that is asked in an older version mounts all of it. */
const SUBPATHS = 'v1.45';

export const createContainer: Rule = {
  about:
    'made with the run’s labels, on the network of the job, with sources as the daemon calls them; what reaches the machine needs policy',
  async apply(asked, guard) {
    const body = (await asked.body()) ?? {};
    const host = objectOf(body['HostConfig'], 'HostConfig');
    const image = await guard.own.image(textOf(body['Image'], 'Image'));
    const [{ mounts, volumesFrom, needsSubpaths }, networking, namespaces] = await Promise.all([
      mountsOf(body, image, guard),
      networkingOf(body, guard),
      namespacesOf(host, guard),
    ]);
    if (needsSubpaths) await subpathsUnderstood(guard);
    const allowed = new Set(guard.plan.allowed);
    const value: JsonObject = {
      ...checked(body, CONFIG, { within: '', allowed }),
      Labels: guard.own.labelled(textsOf(body['Labels'], 'Labels')),
      HostConfig: {
        ...checked(host, HOST_CONFIG, { within: 'HostConfig.', allowed }),
        ...namespaces,
        ...(mounts.length > 0 && { Mounts: mounts }),
        ...(volumesFrom.length > 0 && { VolumesFrom: volumesFrom }),
        NetworkMode: networking.mode,
      },
      NetworkingConfig: networking.config,
    };
    return {
      body: { type: 'json', value },
      ...(needsSubpaths && { version: SUBPATHS }),
      answer: whole((answer) => {
        if (answer.status === 409)
          throw new Refusal(
            409,
            `Conflict. The container name ${JSON.stringify(`/${asked.query.get('name')}`)} is already in use; two runs on one daemon can't both have it`,
          );
        if (answer.status === 201) guard.own.learnContainer((JSON.parse(answer.text) as { Id: string }).Id);
        return answer;
      }),
    };
  },
};

/** Namespaces of the machine need policy; those of another container need it to be of the run. */
async function namespacesOf(host: JsonObject, guard: Guard): Promise<JsonObject> {
  const [pid, ipc] = [textOf(host['PidMode'], 'PidMode'), textOf(host['IpcMode'], 'IpcMode')];
  const [PidMode, IpcMode, Links] = await Promise.all([
    namespace(pid, { name: 'PidMode', harmless: [''] }, guard),
    namespace(ipc, { name: 'IpcMode', harmless: ['', 'none', 'private', 'shareable'] }, guard),
    linksOf(host['Links'], guard),
  ]);
  return { PidMode, IpcMode, ...(Links.length > 0 && { Links }) };
}

async function namespace(
  mode: string,
  { name, harmless }: { readonly name: string; readonly harmless: readonly string[] },
  { own, plan }: Guard,
): Promise<string> {
  const [, container] = /^container:(.+)$/.exec(mode) ?? [];
  if (container !== undefined) return `container:${await own.container(container)}`;
  if (harmless.includes(mode) || plan.allowed.includes('privileged')) return mode;
  throw forbidden(`${name} ${mode}`, 'privileged');
}

async function subpathsUnderstood({ daemon }: Guard): Promise<void> {
  const { ApiVersion = '' } = (await daemon.find<{ ApiVersion: string }>('/version')) ?? {};
  const [major = 0, minor = 0] = ApiVersion.split('.').map(Number);
  if (major > 1 || minor >= 45) return;
  throw new Refusal(400, 'a folder below one of the run’s mounts can be mounted by Docker 26 or newer only; mount the whole of it');
}

export const updateContainer: Rule = {
  about: 'limits and restarts only',
  async apply(asked, { plan }) {
    const value = checked((await asked.body()) ?? {}, UPDATE, { within: '', allowed: new Set(plan.allowed) });
    return { body: { type: 'json', value }, answer: whole((answer) => answer) };
  },
};

export const removeContainer: Rule = {
  about: 'passed on; its anonymous volumes go, too',
  apply(asked) {
    const query = new URLSearchParams(asked.query);
    if (query.get('link') === null || query.get('link') === '0' || query.get('link') === 'false') query.set('v', '1');
    return { query, body: NO_BODY, answer: whole((answer) => answer) };
  },
};

export const createExec: Rule = {
  about: 'passed on; `Privileged` needs policy',
  async apply(asked, { plan, own }) {
    const body = await asked.body();
    if (!body) throw malformed('the body is empty');
    return {
      body: { type: 'json', value: checked(body, EXEC, { within: '', allowed: new Set(plan.allowed) }) },
      answer: whole((answer) => {
        if (answer.status === 201) own.learnExec((JSON.parse(answer.text) as { Id: string }).Id);
        return answer;
      }),
    };
  },
};

export const startExec: Rule = {
  about: 'passed on, and the connection handed over',
  async apply(asked) {
    const wanted = Object.entries((await asked.body()) ?? {}).filter(([name]) => EXEC_START.includes(name));
    return { body: { type: 'json', value: Object.fromEntries(wanted) }, answer: STREAM };
  },
};
