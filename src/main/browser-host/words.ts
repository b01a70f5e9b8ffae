/** A small page of words for a person whom the host cannot let in. Everything in it is ours, nothing from the request. */
export function wordsPage(title: string, message: string, next: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><p>${message}</p><p>${next}</p></body></html>`;
}

/**
 * Leads from the address with the token to the page. A page of our own does it rather than a redirect: the cookie is
 * SameSite=Strict, and a browser that came here by a link from elsewhere would not send it along a redirect.
 */
export function enterPage(): string {
  return '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Sluice</title></head><body><p><a href="/">Open Sluice</a></p></body></html>';
}
