/** Name as people compare it: capitals, width and runs of spaces do not matter, accents do. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
}

/** Text as people sort and search it: accents do not matter either. */
export function sortKey(text: string): string {
  return nameKey(text).normalize('NFKD').replace(/\p{M}/gu, '');
}

/** The shape of a GAID, whether or not AMP knows it. */
export const GAID_SHAPE = /^GA[1-9A-HJ-NP-Za-km-z]{20,40}$/;
