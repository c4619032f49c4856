import type { CreateImpair } from '../impairment.ts';

/** Lets nothing through. */
export const createBlackHole: CreateImpair<'black-hole'> = () => () => 'dropped';
