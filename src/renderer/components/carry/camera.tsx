import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Banner } from '../layout/facts.tsx';
import { cameraProblem } from './camera-problem.ts';
import { pixelsOf, readPixels } from './read-picture.ts';
import styles from './carry.module.css';

const LOOK_EVERY = 90;
const LARGEST_SIDE = 1_280;

/** Looks through the camera of this machine for QR codes until it is taken away. The pictures never leave the page. */
export function Camera({ onText }: { onText: (text: string) => void }): ReactElement {
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef(onText);
  useEffect(() => {
    tell.current = onText;
  });
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let ended = false;
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      const film = video.current;
      if (ended || !film) return;
      if (film.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && film.videoWidth > 0) {
        const scale = Math.min(1, LARGEST_SIDE / Math.max(film.videoWidth, film.videoHeight));
        const pixels = pixelsOf(film, film.videoWidth * scale, film.videoHeight * scale);
        const text = pixels && readPixels(pixels, 'camera');
        if (text) tell.current(text);
      }
      timer = setTimeout(look, LOOK_EVERY);
    };
    const start = async (): Promise<void> => {
      try {
        stream = await openCamera();
        const film = video.current;
        if (ended || !film) return stop(stream);
        film.srcObject = stream;
        await film.play();
        look();
      } catch (reason) {
        if (!ended) setProblem(cameraProblem(reason));
      }
    };
    void start();
    return () => {
      ended = true;
      clearTimeout(timer);
      stop(stream);
    };
  }, []);

  return (
    <div className={styles.camera}>
      {problem === null ? (
        <>
          <video ref={video} className={styles.video} muted playsInline aria-label="What the camera sees" />
          <p className={styles.help}>
            Hold the whole code in the picture, with its white border. Nothing is recorded.
          </p>
        </>
      ) : (
        <Banner of="attention" title={problem}>
          Choose a file or a picture of the codes instead.
        </Banner>
      )}
    </div>
  );
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function openCamera(): Promise<MediaStream> {
  // Browsers hide the cameras from a page that was not loaded securely.
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (!media) throw new DOMException('', 'NotFoundError');
  return media.getUserMedia({
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } },
    audio: false,
  });
}
