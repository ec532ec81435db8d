/** The least that a Node program can do to run a container as `docker run --rm busybox:1 true` does: five calls, nothing of ours. */
const http = require('node:http');

const socketPath = process.env.DOCKER_HOST?.replace('unix://', '') ?? '/var/run/docker.sock';

const call = (method, path, body) =>
  new Promise((resolve, reject) => {
    const headers = { Host: 'docker', 'Content-Type': 'application/json' };
    const request = http.request({ socketPath, method, path, headers }, resolve).on('error', reject);
    request.end(body && JSON.stringify(body));
  });

async function text(answer) {
  let said = '';
  for await (const chunk of answer) said += chunk;
  return said;
}

async function run() {
  const { Id } = JSON.parse(
    await text(await call('POST', '/containers/create', { Image: 'busybox:1', Cmd: ['true'], AttachStdout: true })),
  );
  const output = text(await call('POST', `/containers/${Id}/attach?stream=1&stdout=1&stderr=1`));
  const ended = call('POST', `/containers/${Id}/wait?condition=next-exit`);
  await text(await call('POST', `/containers/${Id}/start`));
  await output;
  const { StatusCode } = JSON.parse(await text(await ended));
  await text(await call('DELETE', `/containers/${Id}?force=1&v=1`));
  process.exit(StatusCode);
}

void run();
