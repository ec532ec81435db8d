import { forbidden } from './refusal.ts';
import type { Guard } from './rule.ts';

/** What a path may name. */
export type PathName = 'container' | 'exec' | 'image' | 'own image' | 'network' | 'readable network' | 'volume' | 'any';

/** To what the daemon is to be asked for instead; throws a Refusal when it is not there for this run. */
export const RESOLVE: { readonly [K in PathName]: (name: string, guard: Guard) => Promise<string> } = {
  container: (name, { own }) => own.container(name),
  exec: (name, { own }) => own.exec(name),
  network: (name, { own }) => own.network(name),
  'readable network': (name, { own }) => own.readableNetwork(name),
  volume: (name, { own }) => own.volume(name),
  async image(name, { own }) {
    await own.image(name);
    return name;
  },
  async 'own image'(name, { own }) {
    if (!own.owns(await own.image(name), name)) throw forbidden(`removing ${name}, which this run did not make,`);
    return name;
  },
  any: async (name) => name,
};

/** The path with each name in it resolved. */
export async function resolved(
  template: string,
  names: readonly { readonly kind: PathName; readonly name: string }[],
  guard: Guard,
): Promise<string> {
  const found = await Promise.all(names.map(({ kind, name }) => RESOLVE[kind](name, guard)));
  let next = 0;
  return template.replace(/\{[a-z ]+\}/g, () => found[next++] as string);
}
