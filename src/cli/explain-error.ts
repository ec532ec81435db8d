import type { ErrorCode } from '../errors.ts';
import { codeOfError } from '../execute/outcome.ts';

/** What each error means and what is usually done about it: a new code does not compile until it is explained. */
export const EXPLANATIONS: Readonly<Record<ErrorCode, string>> = {
  'usage.invalid': 'The command line, or a setting, is not understood. `runner COMMAND --help` lists what is.',
  'spec.invalid': 'The spec is not right. Every problem is shown with its line; nothing was created.',
  'policy.refused':
    'The spec asks for something that reaches this machine. Whoever trusts it allows it: `--allow KEY`, or `allow` in the configuration.',
  'docker.unreachable': 'No Docker daemon answers at the address that was found. `runner doctor` says which address that is and why.',
  'docker.permission':
    'The daemon is there, and its socket is not for this user: be in the group of the socket, or name another daemon in DOCKER_HOST.',
  'docker.failed': 'The daemon refused, or could not do, what it was asked. Its own words stand below the message.',
  'docker.gone': 'The connection to the daemon broke off in the middle: it was restarted, or something in between closes idle connections.',
  'image.missing': 'An image is not here and could not be pulled: the name, the tag, a login, or the network of the daemon.',
  'image.no-shell': 'The image has no such program for the step to run in. Use another image, or name a program that it has in `shell`.',
  'image.build-failed':
    'A Dockerfile could not be built. The last lines of the build are shown; `runner logs ID "build TAG"` has all of them.',
  'mount.missing': 'The source of a mount is not there, as the daemon sees it.',
  'mount.unreachable':
    'A path of the runner cannot be given to the daemon: the runner is in a container, or the daemon on another machine.',
  'self.unidentified': 'The runner is in a container, and the daemon could not be asked which one: name it with `--self-container`.',
  'network.no-subnet':
    'Every small subnet is taken by other networks or by routes of this machine. `runner gc` removes networks of dead runs.',
  'port.in-use': 'A service that uses the network of this machine (`network: host`) needs a port that somebody else listens on.',
  'service.failed':
    'A service ended with an error while the run needed it. Its last lines are shown; `runner logs ID SERVICE` has all of them.',
  'service.not-ready': 'A service was not ready in time. The last answer to the question in `ready` is shown.',
  'cache.locked': 'Another run uses the cache, and did not let go of it in time.',
  'cluster.no-room':
    'This machine has no room for one more cluster: memory, disk, inotify instances or subnets. The message says which, and what to change.',
  'cluster.failed': 'kind could not make the cluster. Its last lines are shown; the evidence of the run has the journal of each node.',
  'cluster.not-ready': 'The cluster was made and not ready in time: see `kind.wait`.',
  'cluster.load-failed': 'An image could not be brought into the nodes of the cluster.',
  'cluster.unreachable': 'The API server of the cluster does not answer.',
  'workload.failed':
    'Something in the cluster can never become ready, as its events and last lines show: an image that cannot be pulled, a crash, no node for it.',
  'workload.not-ready': 'Something in the cluster was not ready in time. What it waited for is shown.',
  'manifest.invalid': 'A manifest is not YAML, or not an object of Kubernetes.',
  'manifest.refused': 'The API server refused an object. Its own words stand below the message.',
  'check.failed': 'A check under `kind.checks` did not hold in time. The last answer is shown.',
  'chart.missing': 'There is no such chart, or one that it depends on is missing.',
  'chart.invalid': 'A chart does not render: the template and its line are shown.',
  'chart.failed': 'Helm could not install a chart, or its tests failed. What it said is shown.',
  'host.tool-missing': 'A program that this needs is not on the PATH of this machine.',
  'host.failed': 'This machine refused something: permissions, limits, or a file that is in the way.',
  'host.disk-full': 'There is no space left, here or where Docker keeps its files.',
  'state.unwritable': 'Runs cannot be stored: RUNNER_STATE_DIR names a folder that may not be written to.',
  'run.not-found': 'No stored run has this id. `runner history` lists those that are stored.',
  'results.invalid': 'A file of results is not what `runner` writes.',
  'run.timed-out': 'Something took longer than its `timeout`.',
  'runner.bug': 'A defect in the runner. Please report it, with the command and `runner --version`.',
};

/** Undefined: there is no such error. */
export function explainError(code: string): string | undefined {
  if (!Object.hasOwn(EXPLANATIONS, code)) return undefined;
  return `${code}  (exit code ${codeOfError(code as ErrorCode)})\n  ${EXPLANATIONS[code as ErrorCode]}`;
}
