import { LABEL } from '../../../plan/names.ts';
import { PREDEFINED } from '../own.ts';
import { malformed } from '../refusal.ts';
import { type Guard, jsonAnswer, NO_BODY, type Rule, STREAM, whole } from '../rule.ts';
import { type Json, parseObject } from '../strict-json.ts';

/** Lists, events and prunes: the daemon itself leaves out what has not the run's label. */
export const onlyLabelled: Rule = {
  about: 'of the run’s own alone: its label is added to the filters',
  apply(asked, { plan }) {
    const query = new URLSearchParams(asked.query);
    const filters = filtersOf(query.get('filters') ?? '');
    const label = [...(filters['label'] ?? []), `${LABEL.run}=${plan.run}`];
    query.set('filters', JSON.stringify({ ...filters, label }));
    return { query, body: NO_BODY, answer: asked.method === 'POST' ? whole((answer) => answer) : STREAM };
  },
};

/** `{"label":["a=b"]}`, or as older clients say it `{"label":{"a=b":true}}`. */
function filtersOf(text: string): Readonly<Record<string, readonly string[]>> {
  if (text === '') return {};
  return Object.fromEntries(
    Object.entries(parseObject(text)).map(([name, values]) => [name.toLowerCase() === 'label' ? 'label' : name, wordsOf(values, name)]),
  );
}

function wordsOf(values: Json, name: string): readonly string[] {
  const words: readonly unknown[] = Array.isArray(values) ? values : Object.keys(values ?? {});
  if (typeof values !== 'object' || !words.every((word) => typeof word === 'string'))
    throw malformed(`the filter ${name} is no list of texts`);
  return words as readonly string[];
}

interface Listed {
  readonly Id?: string;
  readonly Name?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

const isSeen = ({ Labels }: Listed, { own }: Guard): boolean => Labels?.[LABEL.run] === undefined || own.has(Labels);

export const listImages: Rule = {
  about: 'without the images of other runs',
  apply: (_, guard) => ({ body: NO_BODY, answer: filtered((image) => isSeen(image, guard)) }),
};

export const listNetworks: Rule = {
  about: 'of the run’s own, and those that every daemon has',
  apply: (_, { own, plan }) => ({
    body: NO_BODY,
    answer: filtered(({ Name = '', Labels }) => own.has(Labels) || PREDEFINED.includes(Name) || Name === plan.network),
  }),
};

const filtered = (wanted: (one: Listed) => boolean) =>
  whole((answer) => (answer.status === 200 ? jsonAnswer(answer, (JSON.parse(answer.text) as readonly Listed[]).filter(wanted)) : answer));

interface DiskUsage {
  readonly Containers?: readonly Listed[] | null;
  readonly Volumes?: readonly Listed[] | null;
  readonly Images?: readonly Listed[] | null;
}

export const diskUsage: Rule = {
  about: 'of the run’s own, and images without an owner',
  apply: (_, guard) => ({
    body: NO_BODY,
    answer: whole((answer) => {
      if (answer.status !== 200) return answer;
      const { Containers, Volumes, Images, ...rest } = JSON.parse(answer.text) as DiskUsage;
      const own = (list: readonly Listed[] | null | undefined) => list?.filter(({ Labels }) => guard.own.has(Labels)) ?? null;
      return jsonAnswer(answer, {
        ...rest,
        Containers: own(Containers),
        Volumes: own(Volumes),
        Images: Images?.filter((image) => isSeen(image, guard)) ?? null,
        ...('BuildCache' in rest && { BuildCache: [] }),
      });
    }),
  }),
};

/** The ids of all containers of the run. */
export async function ownContainers({ daemon, plan }: Guard): Promise<ReadonlySet<string>> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LABEL.run}=${plan.run}`] }));
  const found = (await daemon.find<readonly { readonly Id: string }[]>(`/containers/json?all=1&filters=${filters}`)) ?? [];
  return new Set(found.map(({ Id }) => Id));
}
