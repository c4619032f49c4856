import type { CreateImpair } from '../impairment.ts';

/** Lets nothing through, as a black hole; which 5-tuples it holds for, once one of their packets woke it, is the rule's to know. */
export const createFreeze: CreateImpair<'freeze'> = () => () => 'dropped';
