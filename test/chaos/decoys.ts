import { execFileSync } from 'node:child_process';
import { LABEL, newRunId, resourceName } from '../../src/plan/names.ts';

const docker = (address: string, ...args: readonly string[]): string =>
  execFileSync('docker', ['--host', address, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** In an hour; what is labelled so belongs to somebody until then, whether or not its runner can be seen from here. */
const later = (): string => String(Math.ceil(Date.now() / 1000) + 3_600);

/** What a decoy may look like: named like a run's, labelled nearly like one, or another's with every right to be there. */
const LOOKS: readonly (() => { readonly name: string; readonly labels: Readonly<Record<string, string>> })[] = [
  () => ({ name: resourceName(newRunId(), 'job'), labels: {} }),
  () => ({ name: `runner-${unique()}`, labels: { 'dev.runner': newRunId(), 'dev.runner.runs': 'x', 'dev.runner.name': 'build' } }),
  () => ({ name: `theirs-${unique()}`, labels: { 'org.example.dev.runner.run': newRunId() } }),
  () => owned('another-boot/1/4242/99/another-machine'),
  () => owned('/////'),
];

function owned(owner: string) {
  const run = newRunId();
  return {
    name: resourceName(run, 'step-build'),
    labels: { [LABEL.run]: run, [LABEL.owner]: owner, [LABEL.expires]: later(), [LABEL.name]: 'build' },
  };
}

const unique = (): string => newRunId().slice(-12);

/** How a decoy of each kind is made. Networks are few: a daemon has room for thirty. */
const KINDS = {
  volume: { share: 0.5, make: ['volume', 'create'] },
  container: { share: 0.46, make: ['create'] },
  network: { share: 0.04, make: ['network', 'create'] },
} as const;

/** Make so many, or a few more. */
export function makeDecoys(address: string, total: number): void {
  for (const [kind, { share, make }] of Object.entries(KINDS)) {
    for (let index = 0; index < total * share; index += 1) {
      const { name, labels } = (LOOKS[index % LOOKS.length] as (typeof LOOKS)[number])();
      const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
      docker(address, ...make, ...flags, ...lastWords(kind, name, index));
    }
  }
}

function lastWords(kind: string, name: string, index: number): readonly string[] {
  if (kind === 'container') return ['--name', name, 'busybox:1', 'true'];
  return kind === 'network' ? ['--subnet', `10.99.${index}.0/28`, name] : [name];
}

/** Every object there is, by what can't be had twice: another of the same name is another. */
export const identities = (address: string): readonly string[] =>
  [
    docker(address, 'ps', '--all', '--no-trunc', '--format', 'container {{.ID}} {{.Names}}'),
    docker(address, 'network', 'ls', '--no-trunc', '--format', 'network {{.ID}} {{.Name}}'),
    docker(
      address,
      'volume',
      'inspect',
      '--format',
      'volume {{.Name}} {{.CreatedAt}}',
      ...lines(docker(address, 'volume', 'ls', '--quiet')),
    ),
  ].flatMap(lines);

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
