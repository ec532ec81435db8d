import type { PatternName } from '../../src/spec/spec.ts';

/** A job that chaos trials run. A new pattern joins all of them by standing in this list. */
export interface Workload {
  readonly pattern: PatternName;
  readonly spec: string;
  /** What its daemon must have, of the images that `fixtures/images/make` makes. */
  readonly images: readonly string[];
  /** Of the temporary folder that the run gets, where the job is to run out of room. */
  readonly quota?: string;
  /** Of the trials that were asked for, where it takes long or is there for one thing only; left out: all. */
  readonly share?: number;
  /** How long after a SIGKILL its things may be there. */
  readonly goneWithinMs: number;
}

const DOCKER_MS = 15_000;

/** With images of half a gigabyte, or half a minute a run: where somebody asked for the real thing. */
const LARGE_WORKLOADS: Readonly<Record<string, Workload>> = {
  sibling: {
    pattern: 'sibling',
    spec: `pattern: sibling
image: docker:cli
steps:
  - { name: one, run: "docker run --rm busybox:1 sleep 0.3" }
  - { name: two, run: "sleep 0.3" }
`,
    images: ['busybox:1', 'docker:cli'],
    share: 0.2,
    goneWithinMs: DOCKER_MS,
  },
  kind: {
    pattern: 'kind',
    spec: `pattern: kind
kind: { wait: 10m, load: ["busybox:1"] }
steps:
  - { name: one, run: "kubectl get nodes" }
`,
    images: ['busybox:1', 'kindest/node:v1.34.4'],
    share: 0.05,
    goneWithinMs: 60_000,
  },
};

/** CHAOS_JOBS: the names of some, where not all of them are wanted. */
function chosen(jobs: Readonly<Record<string, Workload>>): Readonly<Record<string, Workload>> {
  const names = process.env['CHAOS_JOBS']?.split(',');
  return Object.fromEntries(Object.entries(jobs).filter(([name]) => names?.includes(name) ?? true));
}

/** What makes an honest job of each pattern: more than one step, and of everything that the pattern can make one. */
export const WORKLOADS: Readonly<Record<string, Workload>> = chosen({
  host: {
    pattern: 'host',
    spec: `pattern: host
steps:
  - { name: one, run: "setsid sleep 7654 & sleep 0.4" }
  - { name: two, run: "sleep 0.4" }
`,
    images: ['busybox:1'],
    goneWithinMs: DOCKER_MS,
  },
  single: {
    pattern: 'single',
    spec: `pattern: single
image: busybox:1
mounts: [{ volume: v, target: /v }]
steps:
  - { name: one, run: "sleep 0.4" }
  - { name: two, run: "sleep 0.4" }
`,
    images: ['busybox:1'],
    goneWithinMs: DOCKER_MS,
  },
  serial: {
    pattern: 'serial',
    spec: `pattern: serial
image: busybox:1
mounts: [{ volume: v, target: /v }]
services: [{ name: web, image: "busybox:1", command: [sleep, "1000"], ready: { run: "true", interval: 50ms } }]
steps:
  - { name: one, run: "sleep 0.3" }
  - { name: two, run: "sleep 0.3" }
`,
    images: ['busybox:1'],
    goneWithinMs: DOCKER_MS,
  },
  ...(process.env['CHAOS_TRIALS'] === undefined ? {} : LARGE_WORKLOADS),
});

/** It ignores what asks it to end, leaves its parent and its session, and writes until nothing more fits. */
const WICKED = `trap '' TERM INT HUP
(setsid sh -c "trap '' TERM INT HUP; sleep 7653" &)
i=0
while dd if=/dev/zero of=$PLACE/$i bs=64k count=16 2>/dev/null; do i=$((i + 1)); done
sleep 1`;

const wickedStep = (place: string): string =>
  `  - name: wicked\n    env: { PLACE: ${place} }\n    run: |\n${WICKED.replace(/^/gm, '      ')}\n`;

/** Jobs that resist. */
export const WICKED_WORKLOADS: Readonly<Record<string, Workload>> = chosen({
  'host, wicked': {
    pattern: 'host',
    spec: `pattern: host\nsteps:\n${wickedStep('.')}`,
    quota: '8m',
    share: 0.2,
    images: ['busybox:1'],
    goneWithinMs: DOCKER_MS,
  },
  'single, wicked': {
    pattern: 'single',
    spec: `pattern: single\nimage: busybox:1\nmounts: [{ tmpfs: /small, size: 8M }]\nsteps:\n${wickedStep('/small')}`,
    share: 0.2,
    images: ['busybox:1'],
    goneWithinMs: DOCKER_MS,
  },
});

/**
 * A private daemon with containers, a network and a volume of its own, one of the containers for ever. TRIAL stands in the environment of
 * their processes, by which they are found whoever's child they are.
 */
export const PRIVATE_WORKLOADS: Readonly<Record<string, Workload>> = {
  dind: {
    pattern: 'dind',
    spec: `pattern: dind
image: docker:cli
env: { TRIAL: "\${HOME}" }
dind: { preload: [busybox:1] }
steps:
  - name: one
    run: |
      docker network create inner
      docker volume create inner
      docker run -d --restart always -e TRIAL --network inner -v inner:/v busybox:1 sleep 7652
      docker run -d -e TRIAL -v "$PWD:/w" -p 8080:8080 busybox:1 sh -c "setsid sleep 7652 & exec httpd -f -p 8080"
  - { name: two, run: "docker run --rm -e TRIAL busybox:1 sleep 0.3" }
`,
    images: ['busybox:1', 'docker:cli', 'docker:dind'],
    share: 0.5,
    goneWithinMs: DOCKER_MS,
  },
};

/**
 * Whatever a step can have under way at its Docker socket: a container in the foreground, one that always comes back, and a build by
 * either builder. Names and TRIAL are the trial's: others go on beside it.
 */
export const SOCKET_WORKLOADS: Readonly<Record<string, Workload>> = {
  'sibling, building': {
    pattern: 'sibling',
    spec: `pattern: sibling
image: docker:cli
env: { TRIAL: "\${HOME}" }
steps:
  - name: one
    run: |
      own=$(echo "$TRIAL" | cksum | cut -d ' ' -f 1)
      docker network create "$own"
      docker volume create "$own"
      docker run -d --restart always --name "$own" -e TRIAL --network "$own" -v "$own:/v" busybox:1 sleep 7651
      docker run --rm -e TRIAL -v "$PWD:/w" -v /data busybox:1 sleep 1 &
      for builder in 0 1; do
        printf 'FROM busybox:1\\nARG TRIAL\\nRUN echo "$TRIAL" >/%s\\nRUN sleep 1\\n' "$builder" |
          DOCKER_BUILDKIT=$builder docker build --build-arg TRIAL --tag "$own:$builder" - &
      done
      wait
  - { name: two, run: "docker run --rm -e TRIAL busybox:1 sleep 0.3" }
`,
    images: ['busybox:1', 'docker:cli'],
    // The daemon ends what a build had under way in its own time.
    goneWithinMs: 2 * DOCKER_MS,
  },
};

/** All of them where somebody asked for the real thing, each to its share; else those that need no large image. */
export const EVERY_WORKLOAD: Readonly<Record<string, Workload>> =
  process.env['CHAOS_TRIALS'] === undefined ? WORKLOADS : chosen({ ...WORKLOADS, ...SOCKET_WORKLOADS, ...PRIVATE_WORKLOADS });
