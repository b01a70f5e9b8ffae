import { fileFor, pageHeaders, type Page } from '../hosting/index.ts';
import type { Policy } from './policy.ts';

/** Answers the page's own scheme from the manifest of built files; everything else is refused. */
export function servePage(page: Page, policy: Policy, request: { url: string; method: string }): Response {
  if (request.method !== 'GET') return new Response(null, { status: 405 });
  if (!policy.isAllowedUrl(request.url)) return new Response(null, { status: 403 });
  const file = fileFor(page, new URL(request.url).pathname);
  if (!file) return new Response(null, { status: 404 });
  return new Response(new Uint8Array(file.body), {
    status: 200,
    headers: { ...pageHeaders([]), 'Content-Type': file.type },
  });
}
