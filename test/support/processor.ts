/** Milliseconds of processor time that this thread has used: what a limit on the work is measured with, on however busy a machine. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
