import encodeQR from 'qr';

/** White modules around a symbol that readers need to find it: four, by the standard. */
export const QUIET_ZONE = 4;

export interface Symbol {
  /** Modules along one side, quiet zone included. */
  size: number;
  /** Path of the dark modules for an SVG whose view box is `size` × `size`. */
  path: string;
}

/** What QR codes hold in 5.5 bits a character; other texts need 8 and make denser pictures. */
const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]+$/;

const FIRST_VERSION_SIZE = 21;
const MODULES_PER_VERSION = 4;

interface SymbolOptions {
  /** Least version (1 to 40), so that the frames of an animation have one size. */
  version?: number;
  /** A code that stays can be dirty or bent; one of many is seen again soon enough. */
  correction?: 'low' | 'medium';
}

/** The picture of a text. Throws when it is longer than any QR code holds (4,296 capitals and digits). */
export function symbolOf(text: string, { version, correction = 'medium' }: SymbolOptions = {}): Symbol {
  const modules = draw(text, correction, version);
  const runs: string[] = [];
  modules.forEach((row, y) => {
    let start = -1;
    for (let x = 0; x <= row.length; x += 1) {
      if (row[x] === true) {
        if (start < 0) start = x;
      } else if (start >= 0) {
        runs.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
        start = -1;
      }
    }
  });
  return { size: modules.length, path: runs.join('') };
}

/** The version that holds every one of these texts. */
export function versionFor(texts: readonly string[], correction: 'low' | 'medium'): number {
  const longest = texts.reduce((most, text) => (text.length > most.length ? text : most), '');
  return (draw(longest, correction).length - 2 * QUIET_ZONE - FIRST_VERSION_SIZE) / MODULES_PER_VERSION + 1;
}

function draw(text: string, correction: 'low' | 'medium', version?: number): boolean[][] {
  return encodeQR(text, 'raw', {
    ecc: correction,
    border: QUIET_ZONE,
    encoding: ALPHANUMERIC.test(text) ? 'alphanumeric' : 'byte',
    version,
  });
}
