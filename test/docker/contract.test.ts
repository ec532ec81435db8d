import { containerEngineContract } from '../contract/container-engine.ts';
import { connected } from './support/connected.ts';

containerEngineContract('a Docker daemon', () => connected());
