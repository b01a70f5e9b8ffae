/** Why there is no picture, in words. */
export function cameraProblem(reason: unknown): string {
  switch (reason instanceof Error ? reason.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The camera may not be used: this machine or the browser refused it.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'This machine shows no camera.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera is there but gives no picture. Another program may be using it.';
    default:
      return 'The camera could not be started.';
  }
}
