import { pipeline } from 'node:stream/promises';
import type { Terminal } from '../ports/shell.ts';
import { demultiplexed } from './demux.ts';
import { type EndpointFacts, endpointOf } from './endpoint.ts';
import { exitCodeOfExec } from './exec-calls.ts';
import { DaemonClient, segment } from './http.ts';

const BEST_SHELL = ['sh', '-c', 'if command -v bash >/dev/null; then exec bash; else exec sh; fi'];

/** See `ShellEngine`: an exec with somebody at the other end. With a terminal its output is not divided into streams. */
export async function openShell(facts: EndpointFacts, container: string, terminal: Terminal): Promise<number> {
  const client = new DaemonClient(() => endpointOf(facts));
  const { isTTY: Tty } = terminal;
  const { Id: id } = await client.json<{ Id: string }>({
    method: 'POST',
    path: `/containers/${segment(container)}/exec`,
    body: { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty, Cmd: BEST_SHELL, ...(Tty && { Env: ['TERM=xterm-256color'] }) },
    doing: `prepare a shell in container ${container}`,
  });
  const socket = await client.hijack({ method: 'POST', path: `/exec/${id}/start`, body: { Detach: false, Tty }, doing: 'start a shell' });
  const resize = (): void => {
    const { rows: h, columns: w } = terminal.size();
    client.done({ method: 'POST', path: `/exec/${id}/resize`, query: { h, w }, doing: 'resize the terminal' }).catch(() => {}); // it has ended
  };
  if (Tty) resize();
  const stopFitting = terminal.onResize(resize);
  pipeline(terminal.input, socket).catch(() => {}); // the shell was left before all was read
  try {
    if (Tty) for await (const chunk of socket) await terminal.onOutput('stdout', chunk as Buffer);
    else for await (const [stream, bytes] of demultiplexed(socket)) await terminal.onOutput(stream, bytes);
    return await exitCodeOfExec(client, id);
  } finally {
    stopFitting();
    socket.destroy();
  }
}
