import { SluiceError } from '../../shared/errors.ts';
import type { ElementsConnection } from './types.ts';

/** Where the node is, credentials taken out of the address so that no message can show them. */
export interface NodeAddress {
  base: URL;
  /** Origin and path, for messages. */
  shown: string;
  username: string;
  password: string;
}

/**
 * Reads a node address as people have it: with or without a trailing slash, with credentials inside (they count when
 * the connection has none of its own) or with the `/wallet/<name>` that the old script wants (the wallet is named per call).
 */
export function nodeAddress(connection: ElementsConnection): NodeAddress {
  let url: URL;
  try {
    url = new URL(connection.url);
  } catch (cause) {
    throw new SluiceError('INVALID_ARGUMENT', 'The address of the node is not a URL.', {
      next: 'Write it like http://127.0.0.1:7041.',
      field: 'elementsUrl',
      cause: cause instanceof Error ? cause.name : undefined,
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      'The address of the node must begin with http:// or https://.',
      {
        next: 'Write it like http://127.0.0.1:7041.',
        field: 'elementsUrl',
      },
    );
  }
  const username = connection.username || decodeURIComponent(url.username);
  const password = connection.password || decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  url.hash = '';
  url.search = '';
  url.pathname = url.pathname.replace(/\/wallet\/[^/]*\/?$/, '/').replace(/\/+$/, '') || '/';
  return { base: url, shown: url.href.replace(/\/$/, ''), username, password };
}

/** The RPC endpoint of the node, or of one of its wallets. A wallet name may hold slashes and spaces. */
export function endpoint(address: NodeAddress, wallet?: string): URL {
  const url = new URL(address.base);
  const prefix = url.pathname === '/' ? '' : url.pathname;
  url.pathname = wallet === undefined ? prefix || '/' : `${prefix}/wallet/${encodeURIComponent(wallet)}`;
  return url;
}
