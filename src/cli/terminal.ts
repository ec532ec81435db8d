import type { Terminal } from '../engine/ports/shell.ts';
import type { World } from './world.ts';

/** The terminal of this process, raw while something runs in it: keys go to the other end, Ctrl-C too. */
export async function withTerminal<T>({ stdout, stderr }: World, use: (terminal: Terminal) => Promise<T>): Promise<T> {
  const { stdin, stdout: screen } = process;
  const isTTY = stdin.isTTY === true && screen.isTTY === true;
  const terminal: Terminal = {
    input: stdin,
    isTTY,
    onOutput: (stream, chunk) => (stream === 'stdout' ? stdout : stderr).write(chunk),
    size: () => ({ rows: screen.rows ?? 24, columns: screen.columns ?? 80 }),
    onResize(listener) {
      screen.on('resize', listener);
      return () => void screen.off('resize', listener);
    },
  };
  if (isTTY) stdin.setRawMode(true);
  try {
    return await use(terminal);
  } finally {
    if (isTTY) stdin.setRawMode(false);
    stdin.destroy();
  }
}
