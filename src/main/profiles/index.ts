/** The profiles of a data folder, where that folder is, and the settings of an open profile. */
export { createProfiles, type ProfilesOptions } from './profiles.ts';
export { dataDirectory, type DataDirOptions } from './data-dir.ts';
export { DEFAULT_SETTINGS, getSettings, setSettings } from './settings.ts';
export type { Profiles, SandboxOptions } from './types.ts';
