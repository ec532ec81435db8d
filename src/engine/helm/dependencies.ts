import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { type Command, dependencyCommand } from './command.ts';

/**
 * What fetches the charts that this one depends on, unless they lie in its folder already; undefined when nothing is to be done.
 * They come where Helm looks for them, `charts/` in the chart itself, as by hand.
 */
export async function missingDependencies(chart: string): Promise<Command | undefined> {
  if (!path.isAbsolute(chart)) return undefined;
  const text = await readFile(path.join(chart, 'Chart.yaml'), 'utf8').catch(() => '');
  const { dependencies = [] } = (parse(text) ?? {}) as { dependencies?: readonly { name: string; version: string }[] };
  const there = await Promise.all(dependencies.map((one) => isThere(chart, one)));
  return there.every(Boolean) ? undefined : dependencyCommand(chart, await exists(path.join(chart, 'Chart.lock')));
}

async function isThere(chart: string, { name, version }: { readonly name: string; readonly version: string }): Promise<boolean> {
  const found = await Promise.all([name, `${name}-${version}.tgz`].map((one) => exists(path.join(chart, 'charts', one))));
  return found.some(Boolean);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
