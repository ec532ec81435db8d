import type { Behaviour } from '../support/fake-containers.ts';

/** What the contract runs: a shell script for a real container, and the same thing in the words of the fake. */
interface Script {
  readonly run: string;
  readonly behaviour: Behaviour;
}

const script = (run: string, behaviour: Behaviour): Script => ({ run, behaviour });

export const SCRIPTS: Readonly<Record<ScriptName, Script>> = {
  quiet: script('true', {}),
  fails: script('echo out; echo err >&2; exit 3', {
    output: [
      ['stdout', 'out\n'],
      ['stderr', 'err\n'],
    ],
    code: 3,
  }),
  counts: script('for n in 1 2 3 4 5; do echo $n; done', {
    output: [1, 2, 3, 4, 5].map((n) => ['stdout', `${n}\n`] as const),
  }),
  repeats: script('cat', { echoesStdin: true }),
  sleeps: script('exec sleep 1000', { runsMs: Number.POSITIVE_INFINITY }),
  resists: script('trap "" TERM; echo up; while :; do sleep 0.1; done', {
    output: [['stdout', 'up\n']],
    runsMs: Number.POSITIVE_INFINITY,
    ignoresTerm: true,
  }),
  dozes: script('sleep 0.3; echo late', { runsMs: 300 }),
  writes: script('mkdir -p /out/deep; echo one >/out/deep/file', { files: { '/out/deep/file': 'one\n' } }),
};

export type ScriptName = 'quiet' | 'fails' | 'counts' | 'repeats' | 'sleeps' | 'resists' | 'dozes' | 'writes';

export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = Object.fromEntries(
  Object.values(SCRIPTS).map(({ run, behaviour }) => [run, behaviour]),
);
