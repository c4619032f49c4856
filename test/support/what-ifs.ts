import { type Measurement, measured, notApplicable } from '../../src/core/measurement.ts';
import type { Direction } from '../../src/core/packet.ts';
import type { Spread, WhatIf, WhatIfChange, WhatIfFigures, WhatIfRow } from '../../src/core/what-if.ts';
import { whatHelped, writeRemedy } from '../../src/verdict/remedy.ts';

export function figures(mos: number | null, delayMs = 120): WhatIfFigures {
  const none: Measurement = notApplicable('no speech was found in the recording');
  return {
    mosLqo: mos === null ? none : measured(mos, 'MOS'),
    metallic: mos === null ? none : measured(0.12, 'score'),
    concealedRatio: measured(0.062, 'ratio'),
    bufferDelaySeconds: measured(0.06, 's'),
    mouthToEarDelaySeconds: measured(delayMs / 1000, 's'),
  };
}

export interface RowOptions {
  readonly up?: WhatIfFigures;
  readonly down?: WhatIfFigures;
  readonly spread?: Partial<Record<Direction, Spread>>;
  readonly name?: string;
}

export function whatIfRow(id: string, change: WhatIfChange, { up, down, spread = {}, name = id }: RowOptions): WhatIfRow {
  return { id, name, change, directions: { ...(up && { up }), ...(down && { down }) }, spread };
}

export function whatIfOf(rows: readonly WhatIfRow[], changes: Partial<WhatIf> = {}): WhatIf {
  const helped = whatHelped(rows);
  return {
    schema: 'callprobe.what-if',
    schemaVersion: 1,
    conformance: 1,
    tool: { name: 'callprobe', version: '0.0.0', node: 'v20', platform: 'linux-x64' },
    replayed: 'callprobe-runs/one',
    startedAt: '2026-01-02T03:04:05.678Z',
    path: 'congested',
    unfit: null,
    rows,
    reencoded: { up: { fec: null, red: { sameBytes: true } } },
    helped,
    summary: writeRemedy(rows, helped),
    ...changes,
  };
}
