import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../../errors.ts';
import type { ClusterPlan } from '../../plan/kubernetes.ts';
import type { Env } from '../../spec/spec.ts';
import type { DaemonClient } from '../docker/http.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import type { OnOutput } from '../ports.ts';
import { LastLines, type ToolEnd } from '../tool.ts';
import { publishKubeconfigs } from './credentials.ts';
import { kindError, tellingLines } from './errors.ts';
import { runKind } from './kind.ts';
import { listNodes, type NodeContainer, tameNode } from './nodes.ts';

/** A cluster on its way, for everybody who waits for a part of it. */
export interface Start {
  /** All its containers run. */
  readonly nodes: Promise<readonly NodeContainer[]>;
  /** Its API server answers, and the kubeconfigs are written. */
  readonly serving: Promise<void>;
  /** kind has ended, and well. */
  readonly completed: Promise<void>;
  /** Settles when nothing of kind runs any more. Never rejects. */
  readonly over: Promise<unknown>;
  /** What kind has said so far, as far as it tells something. */
  lastLines(): readonly string[];
}

const LOOK_EVERY_MS = 100;
/** A failure of kubeadm ends with a hundred lines of its stack. */
const KEPT_LINES = 400;

/**
 * Starts kind and does not wait for it: what a cluster is needed for can begin when its API server answers, some seconds
 * before kind has done its last. An abort ends kind, but not before the containers that it is making are there, because a
 * create that was abandoned would still create.
 */
export function beginStart(client: DaemonClient, plan: ClusterPlan, options: Waiting & { readonly environment: Env }): Start {
  const { signal } = options;
  const enough = new AbortController();
  const said = new LastLines(KEPT_LINES);
  const onOutput: OnOutput = (stream, chunk) => {
    said.take(chunk);
    return options.onOutput(stream, chunk);
  };
  const ended: Promise<ToolEnd> = runKind(client.endpoint, plan, { ...options, onOutput, signal: enough.signal });
  const completed = ended.then(({ code }) => {
    signal.throwIfAborted();
    if (code !== 0) throw kindError(plan, { code, lastLines: tellingLines(said.lines) });
  });
  const nodes = untilNodes(client, plan, completed);
  const serving = Promise.race([
    nodes.then(() => publishKubeconfigs(client, plan, signal)),
    completed.then(() => new Promise<never>(() => {})), // only its failure counts here
  ]);
  const over = ended.catch(() => undefined);
  const end = (): void => void Promise.race([nodes.catch(() => undefined), over]).then(() => enough.abort());
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  for (const promise of [nodes, serving, completed]) promise.catch(() => {}); // each is told to whoever asks for it
  return { nodes, serving, completed, over, lastLines: () => tellingLines(said.lines) };
}

/** As many containers as the configuration has nodes, and a load balancer where several control planes need one. */
function countOf({ config }: ClusterPlan): number {
  const nodes = config['nodes'] as readonly { readonly role?: string }[];
  return nodes.filter(({ role = 'control-plane' }) => role === 'control-plane').length > 1 ? nodes.length + 1 : nodes.length;
}

async function untilNodes(client: DaemonClient, plan: ClusterPlan, completed: Promise<void>): Promise<readonly NodeContainer[]> {
  let failure: { readonly error: unknown } | undefined;
  completed.catch((error: unknown) => {
    failure = { error };
  });
  const tamed = new Set<string>();
  for (;;) {
    const nodes = await listNodes(client, plan.name);
    for (const { node } of nodes.filter(({ node: one, isRunning }) => isRunning && !tamed.has(one))) {
      await tameNode(client, node, plan);
      tamed.add(node);
    }
    if (tamed.size >= countOf(plan)) return nodes;
    if (failure) throw failure.error;
    await delay(LOOK_EVERY_MS);
  }
}

/** The error for a start that took too long. */
export const tooSlow = ({ waitMs }: ClusterPlan, lastLines: readonly string[]): RunnerError =>
  new RunnerError('cluster.not-ready', `the cluster's API server did not answer within ${waitMs / 1000} s`, {
    detail: lastLines,
    hint: 'Raise `kind.wait`; `runner doctor --pattern kind` says whether this machine has room.',
  });
