/** The profiles of a data folder, and the settings of an open profile. */
export { createProfiles } from './profiles.ts';
export { getSettings, setSettings } from './settings.ts';
export { refuseStrayPasswords } from './validate.ts';
export type { Profiles } from './types.ts';
