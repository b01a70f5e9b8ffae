import type { ReactElement } from 'react';

/** Strokes of 16 × 16 icons, drawn for the desk. */
const PATHS = {
  overview: 'M2.5 8.500 8 3l5.500 5.500M4 7.500V13h8V7.500',
  treasury: 'M2.500 6 8 2.500 13.500 6zM4 6.500V12M8 6.500V12M12 6.500V12M2.500 13.200h11',
  assets: 'M8 2.500 13.500 5.300v5.400L8 13.500 2.500 10.700V5.300zM2.500 5.300 8 8l5.500-2.700M8 8v5.500',
  holders:
    'M6 7.500a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600zM1.800 13c.3-2.300 2-3.600 4.200-3.600s3.900 1.300 4.200 3.600M10.800 3.200a2.200 2.200 0 0 1 0 4.100M11.600 9.600c1.500.4 2.400 1.600 2.600 3.400',
  categories: 'M2.500 2.800h5l6 6-4.700 4.700-6.300-6.300zM5.300 5.600h.01',
  allocations: 'M3 3h10M3 6.300h6M3 9.700h10M3 13h6M11.500 5v3M10 6.500h3',
  operations: 'M2.500 5h9M9 2.300 11.700 5 9 7.700M13.500 11h-9M7 8.300 4.300 11 7 13.700',
  audit: 'M4 2.500h6l2.500 2.500v8.500H4zM6.300 8.200l1.300 1.300L10 7',
  settings:
    'M2.500 4.500h7M12.500 4.500h1M2.500 11.500h1M6.500 11.500h7M11 6a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM5 13a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.300 10.300l3.200 3.200',
  lock: 'M4 7.300h8v6H4zM5.700 7.300V5a2.300 2.300 0 0 1 4.600 0v2.300',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.500 5.500h7.500V13H5.500zM10.500 5.500V3H3v7.500h2.500',
  down: 'M4 6.500 8 10.500l4-4',
  right: 'M6.500 4l4 4-4 4',
  up: 'M4 9.500 8 5.500l4 4',
  plus: 'M8 3v10M3 8h10',
  import: 'M8 2.500v7M5 6.700l3 3 3-3M2.500 11v2.500h11V11',
  export: 'M8 9.700v-7M5 5.500l3-3 3 3M2.500 11v2.500h11V11',
  columns: 'M2.500 3h11v10h-11zM6.200 3v10M9.800 3v10',
  refresh: 'M13 8a5 5 0 1 1-1.600-3.700M13 2.700v2.600h-2.600',
  edit: 'M3 13l.7-2.800 7-7 2.100 2.100-7 7zM9.300 4.600l2.100 2.100',
  trash: 'M3 4.500h10M6.300 4.500V3h3.400v1.500M4.500 4.500l.6 8.800h5.800l.6-8.800',
  check: 'M3.500 8.500 6.500 11.500 12.500 4.800',
  clock: 'M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM8 5v3.200l2 1.300',
  warning: 'M8 2.700 14 13H2zM8 6.700v3M8 11.300h.01',
  wrong: 'M5.700 2.500h4.600l3.200 3.200v4.600l-3.200 3.200H5.700l-3.200-3.200V5.700zM6 6l4 4M10 6l-4 4',
  key: 'M5.500 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM7.300 8.200 12.700 2.800M10.500 5l2 2',
  node: 'M3 3h10v4H3zM3 9h10v4H3zM5.300 5h.01M5.300 11h.01',
  cube: 'M8 2.500 13 5.200v5.600L8 13.500 3 10.800V5.200z',
  person:
    'M8 7.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM3 13.500c.4-2.700 2.400-4.200 5-4.200s4.600 1.500 5 4.200',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside a word; never the only carrier of a meaning. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'close' || name === 'check' ? 1.6 : 1.35}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
