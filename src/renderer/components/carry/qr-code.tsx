import type { ReactElement } from 'react';
import { symbolOf, type Symbol } from './qr-symbol.ts';
import styles from './carry.module.css';

/** Pixels of a module at least, so that a camera can tell it from its neighbours. */
const LEAST = 4;

/** One QR code, black on white in both themes. */
export function QrCode({ text, label }: { text: string; label: string }): ReactElement {
  return <QrPicture symbol={symbolOf(text)} label={label} largest={320} />;
}

interface QrPictureProps {
  symbol: Symbol;
  label: string;
  /** Pixels along a side, about: every module is a whole number of them, which cameras read best. */
  largest?: number;
}

export function QrPicture({ symbol, label, largest = 480 }: QrPictureProps): ReactElement {
  const { size, path } = symbol;
  const pixels = size * Math.max(LEAST, Math.floor(largest / size));
  return (
    <svg
      className={styles.symbol}
      role="img"
      aria-label={label}
      width={pixels}
      height={pixels}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      data-qr=""
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
