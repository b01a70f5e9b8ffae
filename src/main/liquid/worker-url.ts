/** The worker's program. The build makes a file of its own of it and puts that file's name here. */
export function workerUrl(): URL {
  return new URL('./worker.ts', import.meta.url);
}
