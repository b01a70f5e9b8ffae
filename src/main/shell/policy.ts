/** The page's own scheme: unlike file:// it has an origin, and the files behind it are a fixed list. */
export const SCHEME = 'desk';
const HOST = 'app';

/** What the shell needs to know of whoever sent a message. */
export interface Sender {
  contentsId: number;
  /** False for a frame inside the page. */
  isTopFrame: boolean;
  /** Address of the frame that sent; null when it is gone already. */
  url: string | null;
}

/** What is asked for with the permission `media`. */
export interface AskedMedia {
  /** `video` is a camera, `audio` a microphone. */
  types: readonly string[];
  /** Origin or address of the frame that asks; undefined when it is not known. */
  from: string | undefined;
  isTopFrame: boolean;
}

export interface Policy {
  /** The address that the window opens. */
  home: string;
  /** Whether the window may show this address. */
  isAllowedUrl(url: string): boolean;
  /** Whether the page may load this address at all, as document, script, image or anything else. */
  isAllowedRequest(url: string): boolean;
  /** Whether the page gets a permission that it, or something within it, asks for. */
  isAllowedPermission(permission: string, asked?: AskedMedia): boolean;
  /** Whether a message comes from the window's own page. */
  isTrustedSender(sender: Sender, windowContentsId: number): boolean;
}

/**
 * Everything that the window may do with addresses.
 *
 * @param devServer address of the development server that serves the page instead; null in every build
 */
export function createPolicy(devServer: string | null): Policy {
  const dev = devServer === null ? null : new URL(devServer);

  function isAllowedUrl(text: string): boolean {
    const url = parse(text);
    if (url?.username !== '' || url.password !== '') return false;
    if (url.protocol === dev?.protocol && url.host === dev.host) return true;
    return url.protocol === `${SCHEME}:` && url.host === HOST;
  }

  return {
    home: dev?.href ?? `${SCHEME}://${HOST}/`,
    isAllowedUrl,
    isAllowedRequest(text) {
      const url = parse(text);
      if (!url) return false;
      // Files that the page makes for saving, and small pictures that the style sheet carries.
      if (url.protocol === 'blob:') return isAllowedUrl(text.slice('blob:'.length));
      if (url.protocol === 'data:') return /^data:image\//i.test(text);
      if (dev && (url.protocol === 'devtools:' || (url.protocol === 'ws:' && url.host === dev.host)))
        return true;
      return isAllowedUrl(text);
    },
    isAllowedPermission(permission, asked) {
      // Putting text on the clipboard.
      if (permission === 'clipboard-sanitized-write') return true;
      // The camera, which reads the QR codes of bundles; never a microphone, and for the desk's own page only.
      return (
        permission === 'media' &&
        asked?.isTopFrame === true &&
        asked.types.length > 0 &&
        asked.types.every((type) => type === 'video') &&
        asked.from !== undefined &&
        isAllowedUrl(asked.from)
      );
    },
    isTrustedSender(sender, windowContentsId) {
      return (
        sender.contentsId === windowContentsId &&
        sender.isTopFrame &&
        sender.url !== null &&
        isAllowedUrl(sender.url)
      );
    },
  };
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
