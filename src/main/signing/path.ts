const HARDENED = 0x8000_0000;

/** `84'/1'/0'` as numbers, hardened steps with 2^31 added. A leading `m/` does no harm. */
export function pathSteps(path: string): number[] {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== 'm')
    .map((step) => (/['h]$/.test(step) ? HARDENED : 0) + Number(step.replace(/['h]$/, '')));
}
