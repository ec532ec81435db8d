import { testStrikesOn } from './large.ts';
import { SOCKET_WORKLOADS } from './workloads.ts';

testStrikesOn(SOCKET_WORKLOADS, { part: '-socket', leaves: 'what a step had under way at its Docker socket' });
