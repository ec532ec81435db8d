/** Loaded when files are moved, not before. A file of its own, because a bundled CommonJS package has no named exports when imported lazily. */
export { extract, pack } from 'tar-stream';
