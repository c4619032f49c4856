import type { Provenance } from '../../core/path-profile.ts';
import { assumed } from '../provenance.ts';

export const ORDINARY_DELAY: Provenance = assumed('within the 30 to 60 ms of an ordinary path');
