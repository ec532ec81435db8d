/** An image as containerd calls it: `busybox` is `docker.io/library/busybox:latest`. */
export function fullName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasHost ? image : `docker.io/${rest.length > 0 ? image : `library/${image}`}`;
  return /[:@]/.test(path.slice(path.lastIndexOf('/') + 1)) ? path : `${path}:latest`;
}
