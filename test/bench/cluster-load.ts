import { execFileSync } from 'node:child_process';
import { connect } from '../../src/engine/connect.ts';
import { quietly } from '../support/cluster.ts';
import { socketOfDaemon } from '../support/daemon.ts';
import { makeImage, TestNode } from '../support/node.ts';
import type { Count, Counted } from './counts.ts';
import { measurePair, median } from './pair.ts';
import { program } from './programs.ts';

const LARGE = 500_000_000;
const PAIRS = 3;

export const CLUSTER_LOAD_COUNTS: Readonly<Record<string, Count>> = {
  'image-unchanged': { name: 'an image that the node has already', target: '≤ 150 ms', run: () => onNode(unchanged) },
  'image-changed': { name: '`kind load` of a 500 MB image with one small changed layer ÷ ours', target: '≥ 5', run: () => onNode(changed) },
};

const { clusters } = connect({ environment: process.env as Record<string, string>, context: undefined });
const docker = `unix://${socketOfDaemon()}`;

async function onNode(measure: (cluster: string) => Promise<Counted>): Promise<Counted> {
  const cluster = `runner-bench-load-${process.pid}`;
  const node = new TestNode(cluster, docker);
  try {
    return await measure(cluster);
  } finally {
    node.remove();
  }
}

const load = async (cluster: string, image: string): Promise<void> => {
  await clusters.load(cluster, [{ image, pull: 'never' }], quietly());
};

async function unchanged(cluster: string): Promise<Counted> {
  const times: number[] = [];
  await load(cluster, 'busybox:1');
  for (let round = 0; round < 40; round += 1) {
    const startMs = performance.now();
    await load(cluster, 'busybox:1');
    times.push(performance.now() - startMs);
  }
  return {
    figure: `${median(times).toFixed(0)} ms`,
    spread: `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)} ms`,
    n: times.length,
  };
}

/** The node has the image that all of them are made from; each load brings another last layer. */
async function changed(cluster: string): Promise<Counted> {
  const images = Array.from({ length: 2 * PAIRS + 1 }, (_, index) => `${cluster}:${index}`);
  try {
    for (const name of images) makeImage(docker, { name, bytes: LARGE, text: name });
    const [first = '', ...next] = images;
    await load(cluster, first);
    const nextImage = (): string => next.shift() ?? first;
    const { ratio, low, high, aMs, bMs } = await measurePair({
      name: '',
      target: '',
      pairs: PAIRS,
      isCold: true,
      a: { label: 'kind load', run: () => program('kind', ['load', 'docker-image', '--name', cluster, nextImage()])() },
      b: { label: 'ours', run: () => load(cluster, nextImage()) },
    });
    const seconds = `${(aMs / 1000).toFixed(1)} / ${(bMs / 1000).toFixed(1)} s`;
    return { figure: `${ratio.toFixed(1)} (${seconds})`, spread: `${low.toFixed(1)}–${high.toFixed(1)}`, n: PAIRS };
  } finally {
    execFileSync('docker', ['rmi', '--force', ...images], { stdio: 'ignore' });
  }
}
