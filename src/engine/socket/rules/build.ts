import { labelledContext } from '../context.ts';
import { forbidden, malformed } from '../refusal.ts';
import { type Guard, type Rule, STREAM } from '../rule.ts';
import { parseObject } from '../strict-json.ts';
import { textsOf } from './fields.ts';
import { freeName } from './images.ts';

const KNOWN =
  't remote dockerfile q nocache cachefrom pull rm forcerm memory memswap cpushares cpusetcpus cpusetmems cpuperiod cpuquota buildargs shmsize squash labels networkmode extrahosts target platform version session buildid ulimits isolation'.split(
    ' ',
  );

export const buildImage: Rule = {
  about: 'the image gets the run’s labels and only free names; so does, from the classic builder, the image of every step',
  async apply(asked, guard) {
    const query = new URLSearchParams(asked.query);
    const strange = [...query.entries()].find(([name, value]) => !KNOWN.includes(name) && !NOTHING.includes(value));
    if (strange) throw forbidden(`the build option ${strange[0]}`);
    await Promise.all(query.getAll('t').map((name) => freeName(name, guard)));
    await checkNetwork(query, guard);
    query.set('labels', JSON.stringify(guard.own.labelled(textsOf(parseObject(query.get('labels') || '{}'), 'labels'))));
    if (query.get('version') === '2') return { query, body: { type: 'stream', from: asked.stream }, answer: STREAM };
    if (query.get('remote')) throw malformed('the daemon fetches contexts itself for BuildKit alone');
    // Containers of a step that failed would stay, and carry no label.
    query.set('rm', '1');
    query.set('forcerm', '1');
    const from = labelledContext(asked.stream, { dockerfile: query.get('dockerfile') ?? '', labels: guard.plan.labels });
    return { query, body: { type: 'stream', from }, answer: STREAM };
  },
};

const NOTHING = ['', '0', 'false', 'null', '[]', '{}'];

async function checkNetwork(query: URLSearchParams, { own, plan }: Guard): Promise<void> {
  const mode = query.get('networkmode') ?? '';
  if (['', 'default', 'bridge', 'none'].includes(mode)) return;
  if (mode === 'host') {
    if (plan.allowed.includes('host-network')) return;
    throw forbidden('a build on the network of the machine', 'host-network');
  }
  const [, container] = /^container:(.+)$/.exec(mode) ?? [];
  if (container !== undefined) return query.set('networkmode', `container:${await own.container(container)}`);
  if (mode.includes(':')) throw malformed(`the network ${mode} is of no kind that builds know`);
  await own.network(mode);
}
