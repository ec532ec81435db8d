/** Loaded when files are moved, not before. A file of its own, because a bundled CommonJS package has no named exports when imported lazily. */
export { type Extract, extract, type Pack, pack } from 'tar-stream';
