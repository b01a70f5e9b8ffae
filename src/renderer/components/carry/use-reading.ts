import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { call } from '../../bridge/call.ts';
import { Reader, type ReadingState, type WholeReading } from './reader.ts';

export interface Reading extends ReadingState {
  feed: Reader['feed'];
  restart: Reader['restart'];
}

/** A reader of codes that lives as long as its place on the page. */
export function useReading(onWhole: (whole: WholeReading) => void): Reading {
  const latest = useRef(onWhole);
  useEffect(() => {
    latest.current = onWhole;
  });
  const [whole, setWhole] = useState<WholeReading | null>(null);
  const [reader] = useState(() => new Reader((args) => call('qr.read', args), setWhole));
  useEffect(() => {
    if (whole !== null) latest.current(whole);
  }, [whole]);
  const state = useSyncExternalStore(reader.subscribe, reader.current);
  return { ...state, feed: reader.feed, restart: reader.restart };
}
