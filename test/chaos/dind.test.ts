import { testStrikesOn } from './large.ts';
import { PRIVATE_WORKLOADS } from './workloads.ts';

testStrikesOn(PRIVATE_WORKLOADS, { part: '-dind', leaves: 'a private daemon, nor of what runs in it' });
