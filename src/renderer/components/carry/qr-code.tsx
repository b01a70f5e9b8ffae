import type { ReactElement } from 'react';
import { symbolOf, type Symbol } from './qr-symbol.ts';
import styles from './carry.module.css';

/** Pixels that a symbol takes at most; every module is a whole number of them, which cameras read best. */
const LARGEST = 560;

/** One QR code, black on white in both themes. */
export function QrCode({ text, label }: { text: string; label: string }): ReactElement {
  return <QrPicture symbol={symbolOf(text)} label={label} />;
}

export function QrPicture({ symbol, label }: { symbol: Symbol; label: string }): ReactElement {
  const { size, path } = symbol;
  const pixels = size * Math.max(2, Math.floor(LARGEST / size));
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
