import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Args } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { formatCount } from '../../lib/format.ts';
import { Button, IconButton } from '../controls/button.tsx';
import { Select } from '../controls/select.tsx';
import { Answer } from '../layout/answer.tsx';
import { QrPicture } from './qr-code.tsx';
import { symbolOf, versionFor } from './qr-symbol.ts';
import styles from './carry.module.css';

/** Bytes that one frame carries. A worse camera needs larger modules, and more frames. */
const DENSITIES = { coarse: 150, normal: undefined, fine: 700 } as const;
type Density = keyof typeof DENSITIES;
const RATES = ['2', '4', '5', '8'] as const;
type Rate = (typeof RATES)[number];

interface AnimatedQrProps {
  of: Args<'qr.frames'>['of'];
  /** What the codes carry, for those who do not see them: “request to Vault room”. */
  what: string;
}

/** Something longer than one QR code, shown as one after the other, again and again. */
export function AnimatedQr({ of, what }: AnimatedQrProps): ReactElement {
  const [density, setDensity] = useState<Density>('normal');
  const [rate, setRate] = useState<Rate>('5');
  const bytesPerFrame = DENSITIES[density];
  const frames = useAsk(
    'qr.frames',
    { of, ...(bytesPerFrame === undefined ? {} : { bytesPerFrame }) },
    { keep: true },
  );
  return (
    <div className={styles.animated}>
      <Answer of={frames} lines={6}>
        {(shown) => (
          <Player
            key={`${shown.frames.length} ${shown.frames[0]?.length ?? 0}`}
            frames={shown.frames}
            rate={Number(rate)}
            what={what}
          />
        )}
      </Answer>
      <div className={styles.looks}>
        <Select
          label="Speed"
          options={RATES.map((key) => ({ key, label: `${key} a second` }))}
          value={rate}
          onChange={setRate}
        />
        <Select<Density>
          label="Density"
          options={[
            { key: 'coarse', label: 'Coarse', note: 'Large squares for a weak camera; more codes' },
            { key: 'normal', label: 'Normal' },
            { key: 'fine', label: 'Fine', note: 'Fewer codes, for a good camera or pictures of the screen' },
          ]}
          value={density}
          onChange={setDensity}
        />
      </div>
    </div>
  );
}

interface PlayerProps {
  frames: readonly string[];
  /** Frames a second. */
  rate: number;
  what: string;
}

function Player({ frames, rate, what }: PlayerProps): ReactElement {
  const count = frames.length;
  const still = count < 2;
  const [calm] = useState(() => window.matchMedia('(prefers-reduced-motion: reduce)').matches);
  const [playing, setPlaying] = useState(!calm && !still);
  const [at, setAt] = useState(0);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => setAt((before) => (before + 1) % count), 1000 / rate);
    return () => clearInterval(timer);
  }, [playing, rate, count]);
  const version = useMemo(() => versionFor(frames, 'low'), [frames]);
  const text = frames[at] ?? '';
  const symbol = useMemo(() => symbolOf(text, { version, correction: 'low' }), [text, version]);
  const step = (by: number): void => {
    setPlaying(false);
    setAt((at + by + count) % count);
  };
  return (
    <div className={styles.player}>
      {!still && (
        <>
          <div className={styles.controls}>
            <Button icon={playing ? 'pause' : 'play'} onPress={() => setPlaying(!playing)}>
              {playing ? 'Pause' : 'Play'}
            </Button>
            <IconButton icon="left" label="Previous code" onPress={() => step(-1)} />
            <IconButton icon="right" label="Next code" onPress={() => step(1)} />
            <span className={styles.frame}>
              Frame {formatCount(at + 1)} of {formatCount(count)}
            </span>
          </div>
          {calm && !playing && (
            <p className={styles.help}>This machine asks for little motion, so the codes wait for Play.</p>
          )}
        </>
      )}
      <QrPicture symbol={symbol} label={still ? `QR code: ${what}` : `Animated QR code: ${what}`} />
    </div>
  );
}
