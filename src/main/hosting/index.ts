/** What every host of the desk needs: where data lives, which profile to open, the page's files and their policy. */
export { defaultDataDir } from './data-dir.ts';
export { launchOptions, type LaunchOptions } from './launch-options.ts';
export { chooseProfile, openAtStart, openProfile } from './profile.ts';
export { loadPage, fileFor, type Page, type PageFile } from './page.ts';
export { pageHeaders } from './page-policy.ts';
