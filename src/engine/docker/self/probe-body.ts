import type { ProbePlan } from '../../../plan/objects.ts';
import { mountOf } from '../container-body.ts';

/** Where the mount of that number is in the container of the probe. */
export const targetOf = (index: number): string => `/probe/${index}`;

/** It is never started: the daemon reads files of a container that was only made, its mounts included. */
export const bodyOf = ({ image, labels, mounts }: ProbePlan): Record<string, unknown> => ({
  Image: 'use' in image ? image.use : image.make,
  Cmd: ['none'],
  Labels: labels,
  NetworkDisabled: true,
  HostConfig: {
    LogConfig: { Type: 'none' },
    NetworkMode: 'none',
    Mounts: mounts.flatMap(({ mount }, index) => mountOf({ ...mount, target: targetOf(index) })),
  },
});
