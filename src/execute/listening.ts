/** Where somebody listens on a port: at an address that others reach, on the loopback address only, or nobody at all. */
export type Listening = 'everywhere' | 'loopback' | 'nowhere';

const LISTEN = '0A';
const LOOPBACKS = ['0100007F:', '00000000000000000000000001000000:'];

/**
 * Read from the kernel's tables, `/proc/net/tcp` and `tcp6`: lines `sl local_address rem_address st …` (proc_net_tcp of the kernel's
 * documentation), addresses and ports in hexadecimal.
 */
export function listeningIn(tables: string, port: number): Listening {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const addresses = tables
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === LISTEN && local.endsWith(wanted))
    .map(([, local = '']) => local);
  if (addresses.length === 0) return 'nowhere';
  return addresses.some((address) => !LOOPBACKS.some((loopback) => address.startsWith(loopback))) ? 'everywhere' : 'loopback';
}
