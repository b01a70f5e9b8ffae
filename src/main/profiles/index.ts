/** The profiles of a data folder, and the settings of an open profile. */
export { createProfiles, type ProfilesOptions } from './profiles.ts';
export { DEFAULT_SETTINGS, getSettings, setSettings } from './settings.ts';
export { refuseStrayPasswords } from './validate.ts';
export type { Profiles, SandboxOptions } from './types.ts';
