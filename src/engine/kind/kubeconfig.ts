/** The address in a kubeconfig that kubeadm wrote: one cluster, one user. */
const SERVER = /^(\s*server:\s*).*$/m;

/** The same for a client at another address. */
export const withServer = (kubeconfig: string, server: string): string => kubeconfig.replace(SERVER, `$1${server}`);

/** The certificate by which the API server is known; undefined: the kubeconfig has none. */
export function authorityIn(kubeconfig: string): string | undefined {
  const [, encoded] = /^\s*certificate-authority-data:\s*(\S+)/m.exec(kubeconfig) ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
