import { forbidden, missing, Refusal } from '../refusal.ts';
import { type Guard, type Rule, whole } from '../rule.ts';
import type { Json, JsonObject } from '../strict-json.ts';
import { checked, elsewhere, type Fields, keep, never, oneOf, textOf, textsOf } from './fields.ts';

const VOLUME: Fields = { Name: keep, Driver: oneOf(['local']), DriverOpts: keep, Labels: elsewhere, ClusterVolumeSpec: never };

export const createVolume: Rule = {
  about: 'made with the run’s labels, when nobody else has a volume of that name; options that mount something need `host-mounts`',
  async apply(asked, guard) {
    const { plan, own } = guard;
    const body = (await asked.body()) ?? {};
    const wanted = checked(body, VOLUME, { within: '', allowed: new Set(plan.allowed) });
    checkOptions(wanted['DriverOpts'], guard);
    const name = textOf(wanted['Name'], 'Name');
    if (name !== '') await freeVolume(name, guard);
    return {
      body: { type: 'json', value: { ...wanted, Labels: own.labelled(textsOf(body['Labels'], 'Labels')) } },
      answer: whole((answer) => {
        if (answer.status < 300 && !own.has((JSON.parse(answer.text) as { Labels: Record<string, string> }).Labels)) throw taken(name);
        return answer;
      }),
    };
  },
};

/** A volume's options are those of mount(8): with them it is any folder or disk of the daemon's machine. */
export function checkOptions(value: Json | undefined, { plan }: Guard): void {
  const options = textsOf(value, 'DriverOpts');
  if (Object.keys(options).length === 0 || options['type'] === 'tmpfs' || plan.allowed.includes('host-mounts')) return;
  throw forbidden('a volume with options of mount', 'host-mounts');
}

/** A volume of that name is the run's, or does not exist and is made now, with its labels. */
export async function ensureVolume(name: string, guard: Guard, { Options = {} }: JsonObject = {}): Promise<void> {
  if (await freeVolume(name, guard)) return;
  const body = { Name: name, DriverOpts: Options, Labels: guard.own.labelled() };
  const { status, text } = await guard.daemon.ask({ method: 'POST', path: '/volumes/create', body });
  if (status !== 201) throw new Refusal(status, text);
  if (!guard.own.has((JSON.parse(text) as { Labels: Record<string, string> }).Labels)) throw taken(name);
}

/** True: it is the run's already. */
async function freeVolume(name: string, { own }: Guard): Promise<boolean> {
  if (name.includes('/') || name === '') throw missing.volume(name);
  const found = await own.volumeBy(name);
  if (found && !own.has(found.Labels)) throw taken(name);
  return found !== undefined;
}

const taken = (name: string): Refusal => new Refusal(409, `the name ${name} is taken by a volume that is not of this run`);
