import decodeQR from 'qr/decode.js';

/** Milliseconds that one picture may take: a person waits for it. A camera has the next frame soon. */
const PATIENCE = { picture: 2_000, camera: 40 };
/** Pixels along the longer side: enough for the densest code, and bounded for photographs. */
const LARGEST_SIDE = 2_400;

/** The text of a QR code within pixels; null when there is none that can be read. */
export function readPixels(pixels: ImageData, from: keyof typeof PATIENCE): string | null {
  try {
    return decodeQR(pixels, {
      effort: from === 'picture' ? Infinity : 2,
      timeLimit: PATIENCE[from],
    });
  } catch {
    return null;
  }
}

/** The text of the QR code in a screenshot or photograph; null when there is none, or it is no picture. */
export async function readPicture(file: Blob): Promise<string | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null;
  }
  try {
    const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
    const pixels = pixelsOf(picture, picture.width * scale, picture.height * scale);
    return pixels && readPixels(pixels, 'picture');
  } finally {
    picture.close();
  }
}

/** What a picture or a film shows now, as pixels on white, so that a transparent ground does not become black. */
export function pixelsOf(source: CanvasImageSource, width: number, height: number): ImageData | null {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
