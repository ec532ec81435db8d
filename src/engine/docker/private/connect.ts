import type { PrivateDaemons } from '../../ports/private-daemons.ts';
import { clientFor, type DockerFacts } from '../connect.ts';
import { registryAuth } from '../credentials.ts';
import { requireImage } from '../require-image.ts';
import { daemonEvidence } from './evidence.ts';
import { hand } from './hand.ts';
import { inside } from './inside.ts';
import { preload } from './preload.ts';

/** Private daemons in containers of the Docker daemon of this environment. Nothing is contacted before the first call. */
export function connectPrivateDaemons(facts: DockerFacts): PrivateDaemons {
  const client = clientFor(facts);
  const authOf = (image: string) => registryAuth(image, facts);
  return {
    preload: (daemon, images, options) =>
      preload(client, {
        daemon,
        images,
        ...options,
        requireImage: (image, pull) => requireImage(client, image, { ...options, pull, authOf }),
      }),
    hand: (daemon, image, options) => hand(client, { daemon, image, ...options }),
    tidy: async (daemon) => void (await inside(client, daemon, ['sh', '-c', TIDY])),
    evidence: (daemon) => daemonEvidence(client, daemon),
  };
}

/** Volumes and networks are free once the containers are gone, and don't wait for each other. */
const TIDY = `all=$(docker ps --all --quiet)
[ -z "$all" ] || docker rm --force --volumes $all
docker network prune --force & networks=$!
docker volume prune --all --force && wait $networks`;
