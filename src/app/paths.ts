export { findProfile, listProfiles } from '../path/profiles.ts';
