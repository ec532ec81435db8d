import http from 'node:http';

/** The code of a container that has nothing to ask with. */
export const NO_CLIENT = 95;

/**
 * Asks an address with what the image has, and prints the answer's status line: curl, wget (GNU's or BusyBox's), or bash
 * by itself for plain HTTP. No proxy is asked, and no certificate is looked at: the question is whether somebody answers.
 */
const SCRIPT = `unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
has() { command -v "$1" >/dev/null 2>&1; }
if has curl; then exec curl -sSk -o /dev/null -w 'HTTP/1 %{http_code}\\n' "$1"; fi
case "$1" in
http:*)
  if has wget; then exec wget -S -O /dev/null "$1" 2>&1; fi
  if has bash; then exec bash -c 'exec 3<>"/dev/tcp/$2/$3" && printf "GET %s HTTP/1.0\\r\\nHost: %s:%s\\r\\n\\r\\n" "$4" "$2" "$3" >&3 && head -n 1 <&3' bash "$@"; fi ;;
*) if has wget; then exec wget -S -O /dev/null --no-check-certificate "$1" 2>&1; fi ;;
esac
exit ${NO_CLIENT}`;

/** `http://:8080/healthz` leaves the host out: then it is `host`. */
export const addressOf = (written: string, host: string): URL => new URL(written.replace(/^(https?:\/\/)(?=[:/])/, `$1${host}`));

/** The argv that asks from inside a container. */
export function questionTo(url: URL): readonly string[] {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return ['sh', '-c', SCRIPT, 'sh', url.href, url.hostname, port, `${url.pathname}${url.search}`];
}

/** The status in what such a question printed: the first, where a client follows redirects. */
export function statusIn(text: string): number | undefined {
  const [, status] = /HTTP\/[\d.]+ (\d{3})/.exec(text) ?? [];
  return status === undefined || status === '000' ? undefined : Number(status);
}

/** Asked from here, which is right only where the container's address leads to the container. */
export async function statusFromHere(url: URL, signal: AbortSignal): Promise<number> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : http;
  return new Promise((resolve, reject) => {
    const options = { signal, agent: false, rejectUnauthorized: false };
    const asked = request(url, options, (answer) => {
      answer.destroy();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}
