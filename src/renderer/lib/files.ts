/** Hands a text file to the person: the browser's own download, or Electron's save dialog. */
export function download(file: { fileName: string; content: string }): void {
  const type = file.fileName.endsWith('.json') ? 'application/json' : 'text/plain';
  save(file.fileName, new Blob([file.content], { type: `${type};charset=utf-8` }));
}

/** The same for a file that is not text, whose content is base64. */
export function downloadBytes(file: { fileName: string; content: string }): void {
  save(file.fileName, new Blob([fromBase64(file.content)], { type: 'application/octet-stream' }));
}

function save(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = fileName;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The bytes of a chosen file as base64, in pieces that fit the argument limit of `fromCharCode`. */
export async function asBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 32_768) {
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + 32_768)));
  }
  return btoa(pieces.join(''));
}
