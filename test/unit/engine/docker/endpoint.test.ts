import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Endpoint, endpointOf, endpointText } from '../../../../src/engine/docker/endpoint.ts';

const found = (environment: Record<string, string>, files: Record<string, string> = {}, context?: string): Endpoint =>
  endpointOf({ environment: { HOME: '/home/me', ...environment }, readFile: (file) => files[file], context });

const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');
const metaOf = (name: string) => `/home/me/.docker/contexts/meta/${idOf(name)}/meta.json`;
const meta = (Host: string) => JSON.stringify({ Name: 'x', Endpoints: { docker: { Host, SkipTLSVerify: false } } });
const config = '/home/me/.docker/config.json';

describe('the daemon is found', () => {
  test('at the usual socket when nothing is set', () => {
    expect(found({})).toMatchObject({ type: 'unix', socketPath: '/var/run/docker.sock' });
    expect(endpointText(found({}))).toBe('unix:///var/run/docker.sock (the default: neither DOCKER_HOST nor a context is set)');
  });

  test('where DOCKER_HOST says, before any context', () => {
    const files = { [config]: '{"currentContext":"far"}', [metaOf('far')]: meta('tcp://far:1') };
    const endpoint = found({ DOCKER_HOST: 'unix:///run/mine.sock', DOCKER_CONTEXT: 'far' }, files);
    expect(endpoint).toMatchObject({ socketPath: '/run/mine.sock', foundBy: 'DOCKER_HOST' });
  });

  test('where DOCKER_CONTEXT says, before the current context', () => {
    const contexts = { [metaOf('far')]: meta('tcp://far:1'), [metaOf('near')]: meta('unix:///near.sock') };
    const files = { [config]: '{"currentContext":"far"}', ...contexts };
    expect(found({ DOCKER_CONTEXT: 'near' }, files)).toMatchObject({ socketPath: '/near.sock' });
    expect(found({}, files)).toMatchObject({ host: 'far', port: 1, foundBy: `context far, from ${config}` });
  });

  test('where a context named on the command line says, before everything', () => {
    const files = { [metaOf('near')]: meta('unix:///near.sock') };
    expect(found({ DOCKER_HOST: 'tcp://other' }, files, 'near')).toMatchObject({ socketPath: '/near.sock' });
  });

  test('by another folder of settings when DOCKER_CONFIG names one', () => {
    const file = `/cfg/contexts/meta/${idOf('c')}/meta.json`;
    const files = { '/cfg/config.json': '{"currentContext":"c"}', [file]: meta('unix:///c.sock') };
    expect(found({ DOCKER_CONFIG: '/cfg' }, files)).toMatchObject({ socketPath: '/c.sock' });
  });

  test.each([
    ['tcp://build.example', 'build.example', 2375],
    ['tcp://10.0.0.7:4243', '10.0.0.7', 4243],
    ['tcp://[fd00::7]:2375', 'fd00::7', 2375],
    ['http://localhost:8080', 'localhost', 8080],
  ])('over the network: %s', (url, host, port) =>
    expect(found({ DOCKER_HOST: url })).toMatchObject({ type: 'tcp', host, port, tls: undefined }),
  );

  test('over TLS with the certificates that the environment or the context names', () => {
    const files = { '/certs/ca.pem': 'CA', '/certs/cert.pem': 'CERT', '/certs/key.pem': 'KEY' };
    const environment = { DOCKER_HOST: 'tcp://far', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(found(environment, files)).toMatchObject({ port: 2376, tls: { ca: 'CA', cert: 'CERT', key: 'KEY', verify: true } });
    const context = { [metaOf('far')]: meta('tcp://far'), [`/home/me/.docker/contexts/tls/${idOf('far')}/docker/ca.pem`]: 'CA' };
    expect(found({ DOCKER_CONTEXT: 'far' }, context)).toMatchObject({ port: 2376, tls: { ca: 'CA', cert: undefined } });
  });

  test('as if there were no config.json when it is broken', () => {
    expect(found({}, { [config]: '{"currentContext":' })).toMatchObject({ socketPath: '/var/run/docker.sock' });
  });
});

describe('an address that cannot be used is refused', () => {
  test('ssh, with the command that makes it work', () => {
    const hint = expect.stringContaining('ssh -NL /tmp/docker.sock:/var/run/docker.sock me@far');
    expect(() => found({ DOCKER_HOST: 'ssh://me@far' })).toThrow(expect.objectContaining({ code: 'docker.unreachable', hint }));
  });

  test.each(['npipe:////./pipe/docker_engine', 'localhost:2375', 'fd://'])('%s', (url) => {
    const hint = expect.stringContaining('tcp://');
    expect(() => found({ DOCKER_HOST: url })).toThrow(expect.objectContaining({ code: 'docker.unreachable', hint }));
  });

  test('a context that is not there, with the file that was looked for', () => {
    const detail = expect.arrayContaining([`looked in ${metaOf('gone')}`]);
    expect(() => found({ DOCKER_CONTEXT: 'gone' })).toThrow(expect.objectContaining({ code: 'docker.unreachable', detail }));
  });
});
