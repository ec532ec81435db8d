import path from 'node:path';
import { type Path, pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { isChartPath } from './resolve.ts';
import type { KindSpec } from './spec.ts';
import type { Where } from './where.ts';

export interface FilesAround {
  /** Relative names start here; absolute. */
  readonly folder: string;
  /** Undefined: nobody can tell, so nothing is looked for. */
  readonly exists: ((path: string) => Promise<boolean>) | undefined;
  readonly where: Where;
}

/** What the cluster is to get from files that are not there: known at once, instead of when the cluster has started. */
export async function missingFiles(kind: KindSpec, { folder, exists, where }: FilesAround): Promise<readonly Problem[]> {
  if (!exists) return [];
  const looked = namedIn(kind).map(async ({ at, file, holds = '' }) => {
    const named = path.resolve(folder, file);
    if (await exists(path.join(named, holds))) return [];
    const message = (await exists(named)) ? `${file} is no chart: it has no ${holds}` : `${file} does not exist`;
    return [{ place: where.value(at), path: pathText(at), message }];
  });
  return (await Promise.all(looked)).flat();
}

interface Named {
  readonly at: Path;
  readonly file: string;
  /** A file that must be inside. */
  readonly holds?: string;
}

const namedIn = ({ load, manifests, helm }: KindSpec): readonly Named[] => [
  ...load.flatMap((one, index) => ('archive' in one ? [{ at: ['kind', 'load', index, 'archive'], file: one.archive }] : [])),
  ...manifests.map((file, index) => ({ at: ['kind', 'manifests', index], file })),
  ...helm.flatMap(({ chart, values }, index) => [
    ...(isChartPath(chart)
      ? [{ at: ['kind', 'helm', index, 'chart'], file: chart, ...(chart.endsWith('.tgz') ? {} : { holds: 'Chart.yaml' }) }]
      : []),
    ...values.map((file, place) => ({ at: ['kind', 'helm', index, 'values', place], file })),
  ]),
];
