/** Uniform Resources: bytes as texts for one or many QR codes, and back. */
export {
  DEFAULT_FRAME_BYTES,
  framesFor,
  MAX_FRAMES,
  MAX_MESSAGE_BYTES,
  readFrame,
  urFrames,
  type Frame,
} from './ur.ts';
export { assembly, type Assembly } from './fountain.ts';
