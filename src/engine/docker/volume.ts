import type { VolumePlan } from '../../plan/plan.ts';
import type { DaemonClient } from './http.ts';

/** Explicitly and first: a volume that a mount creates on the way carries no labels. Fine when it is there already. */
export const createVolume = (client: DaemonClient, { name, labels }: VolumePlan): Promise<void> =>
  client.done({ method: 'POST', path: '/volumes/create', body: { Name: name, Labels: labels }, doing: `create volume ${name}` });
