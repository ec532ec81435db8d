// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts that are interpolated
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpolateCompose } from '../../../src/spec/compose/interpolate.ts';
import { quoted, wordsOf } from '../../../src/spec/compose/words.ts';
import { load, problemsIn } from './support.ts';

const SPEC = 'image: a\nsteps: [x]\nservices: { compose: deploy/docker-compose.yml }\n';
const environment = { TAG: '17', FROM_HERE: 'host' };

const with_ = (compose: string, more: Record<string, string> = {}) => ({
  environment,
  readFile: async (path: string) => {
    const files: Record<string, string> = { '/project/deploy/docker-compose.yml': compose, ...more };
    return path in files ? Buffer.from(files[path]!) : undefined;
  },
});

const services = async (compose: string, more: Record<string, string> = {}, spec = SPEC) =>
  (await load(spec, with_(compose, more))).spec.services;

describe('a Compose file', () => {
  test('becomes services and builds of the run', async () => {
    const { spec } = await load(
      SPEC,
      with_(
        `
version: "3.9"
x-log: &log { restart: always }
services:
  web:
    <<: *log
    build: { context: ./web, args: { V: 1 }, target: prod }
    command: gunicorn --bind '0.0.0.0:8000' "my app"
    environment: [MODE=ci, FROM_HERE, NOT_SET]
    env_file: web.env
    depends_on: { db: { condition: service_healthy }, cache: { condition: service_started } }
    ports: ["8000:8000"]
    working_dir: /app
    user: 1000
    volumes: [./conf:/conf:ro, data:/data, /anonymous]
    tmpfs: /run:size=64m
    ulimits: { nofile: 1024, nproc: { soft: 1, hard: 2 } }
    networks: { back: { aliases: [api] }, front: }
  db:
    image: postgres:\${TAG}
    environment: { PORT: 5432, PASS: "\${PASS:-secret}" }
    healthcheck: { test: [CMD, pg_isready, -U, "post gres"], interval: 1s, timeout: 2s, retries: 5, start_period: 10s }
  cache: { image: "redis:\${REDIS}", entrypoint: [redis-server], container_name: kv }
volumes: { data: }
networks: { back: , front: {} }
`,
        { '/project/deploy/web.env': 'MODE=file\nEXTRA=file', '/project/deploy/.env': 'REDIS=7\nTAG=16' },
      ),
    );
    const [web, db, cache] = spec.services;
    expect(web).toEqual({
      name: 'web',
      image: { build: 'web' },
      env: { MODE: 'ci', EXTRA: 'file', FROM_HERE: 'host' },
      command: ['gunicorn', '--bind', '0.0.0.0:8000', 'my app'],
      entrypoint: undefined,
      user: '1000',
      workingDir: '/app',
      aliases: ['api'],
      mounts: [
        { type: 'bind', source: '/project/deploy/conf', target: '/conf', readOnly: true },
        { type: 'volume', volume: 'data', target: '/data', readOnly: false },
        { type: 'volume', volume: 'web-2', target: '/anonymous', readOnly: false },
        { type: 'tmpfs', target: '/run', sizeBytes: 64 * 1024 * 1024 },
      ],
      ulimits: { nofile: { soft: 1024, hard: 1024 }, nproc: { soft: 1, hard: 2 } },
      dependsOn: { db: 'healthy', cache: 'started' },
      ready: undefined,
    });
    expect(db).toMatchObject({
      image: 'postgres:17',
      env: { PORT: '5432', PASS: 'secret' },
      ready: { run: "pg_isready -U 'post gres'", intervalMs: 1_000, tryMs: 2_000, timeoutMs: 25_000 },
    });
    expect(cache).toMatchObject({ image: 'redis:7', entrypoint: ['redis-server'], aliases: ['kv'] });
    expect(spec.build).toEqual([
      {
        tag: 'web',
        context: '/project/deploy/web',
        dockerfile: '/project/deploy/web/Dockerfile',
        args: { V: '1' },
        target: 'prod',
        labels: {},
        secrets: [],
      },
    ]);
  });

  test('gives the services that are wanted, and what they depend on', async () => {
    const compose = 'services: { a: { image: x, depends_on: [b] }, b: { image: x, depends_on: [c] }, c: { image: x }, d: { image: x } }';
    const only = await services(compose, {}, SPEC.replace(' }', ', only: [a] }'));
    expect(only.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(await services(compose)).toHaveLength(4);
  });

  test.each([
    ['test: pg_isready', { run: 'pg_isready', intervalMs: 30_000, tryMs: 30_000, timeoutMs: 180_000 }],
    [
      'test: [CMD-SHELL, "a | b"], interval: 5s, start_interval: 1s, start_period: 0s',
      { run: 'a | b', intervalMs: 1_000, tryMs: 30_000, timeoutMs: 105_000 },
    ],
    ['test: [NONE]', undefined],
    ['disable: true', undefined],
  ])('healthcheck { %s }', async (health, ready) => {
    expect((await services(`services: { a: { image: x, healthcheck: { ${health} } } }`))[0]!.ready).toEqual(ready);
  });
});

describe('what is not understood of a Compose file', () => {
  const problems = (compose: string) => problemsIn(SPEC, with_(compose));

  test('is an error with its line, all at once', async () => {
    expect(
      await problems(`
services:
  a:
    image: x
    privileged: true
    network_mode: host
    enviroment: {}
  b: { image: x, environment: { DEBUG: true } }
  c: { command: x }
volumes: { data: { external: true } }
secrets: {}
`),
    ).toEqual([
      'deploy/docker-compose.yml:5:5  services.a.privileged  is not supported in the Compose file of a spec',
      'deploy/docker-compose.yml:6:5  services.a.network_mode  is not supported in the Compose file of a spec',
      'deploy/docker-compose.yml:7:5  services.a.enviroment  is not supported in the Compose file of a spec; did you mean `environment`?',
      'deploy/docker-compose.yml:8:40  services.b.environment.DEBUG  is a boolean where a text or a number is needed',
      'deploy/docker-compose.yml:9:6  services.c  needs image or build',
      'deploy/docker-compose.yml:10:20  volumes.data.external  is not supported in the Compose file of a spec',
      'deploy/docker-compose.yml:11:1  secrets  is not supported in the Compose file of a spec',
    ]);
  });

  test.each([
    ['services: { a: { image: "x:${NOPE}" } }', 'services.a.image  refers to the environment variable NOPE, which is not set (${NOPE})'],
    ["services: { a: { image: x, command: 'echo \"a' } }", 'services.a.command  has a quote that does not end'],
    ['services: { a: { image: x, depends_on: [b] } }', 'services.a.depends_on  `b` is not a service of this file'],
    ['services: { a: { image: x, depends_on: [a] } }', 'services.a.depends_on  closes a circle: a → a'],
    ['services: { a: { image: x, volumes: ["./a:/b:z"] } }', 'services.a.volumes[0]  is not source:target, with :ro or :rw behind it'],
    [
      'services: { a: { image: x, volumes: ["~/a:/b"] } }',
      'services.a.volumes[0]  begins with `~`, which is not replaced; write the path in full',
    ],
    ['services: { a: { image: x, volumes: [{ type: bind, target: /b }] } }', 'services.a.volumes[0]  needs `source`'],
    ['services: { a: { image: x, tmpfs: run } }', 'services.a.tmpfs[0]  `run` is not an absolute path below `/`'],
    ['services: { a: { image: X } }', 'services.a.image  is not the name of an image, such as debian:bookworm'],
    ['services: { a: { image: x, tmpfs: "/run:mode=1777" } }', 'services.a.tmpfs[0]  may have size=64m behind the path, and nothing else'],
    ['services: { a: { image: x, env_file: no.env } }', 'services.a.env_file  no.env does not exist'],
  ])('%s', async (compose, problem) => expect(await problems(compose)).toEqual([expect.stringContaining(problem)]));

  test('is a problem of the spec where the spec names what does not exist', async () => {
    expect(await problemsIn(SPEC)).toEqual(['runner.yaml:3:22  services.compose  deploy/docker-compose.yml does not exist']);
    expect(await problemsIn(SPEC.replace(' }', ', only: [databse] }'), with_('services: { database: { image: x } }'))).toEqual([
      'runner.yaml:3:56  services.only  `databse` is not a service of the Compose file; did you mean `database`?',
    ]);
  });
});

describe('the small languages in a Compose file', () => {
  test.each([
    ['$TAG-${TAG}', '17-17'],
    ['${NO:-d} ${NO-d} ${TAG:-d}', 'd d 17'],
    ['${TAG:+set} ${NO+set}', 'set '],
    ['$$TAG', '$TAG'],
  ])('%s is %s', (text, read) => expect(interpolateCompose(text, environment)).toEqual({ text: read, problems: [] }));

  test.each(['$', '${', '${1}', '$NO', '${NO?why}', 'a $ b'])('%s is a problem', (text) => {
    expect(interpolateCompose(text, environment).problems).toHaveLength(1);
  });

  test.each([
    ['', []],
    ['  a  b ', ['a', 'b']],
    [`a'b c'"d \\" e"f\\ g`, ['ab cd " ef g']],
    [`"" ''`, ['', '']],
    ['"open', undefined],
  ])('the words of %j are %j', (command, words) => expect(wordsOf(command)).toEqual(words));

  test('words that are quoted are read back', () => {
    fc.assert(fc.property(fc.array(fc.string()), (words) => void expect(wordsOf(words.map(quoted).join(' '))).toEqual(words)));
  });
});
