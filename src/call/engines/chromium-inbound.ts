import type { PageStatistics } from './chromium-page-api.ts';
import { COUNTED_WHILE_PLAYING } from './counted-while-playing.ts';

/**
 * The statistics of a voice that came in: packets as they stood at the end, and sound as it stood when Chromium's own speech was over. Both sides say the same,
 * so that is when the other's ends; what is made up after it, nobody would have heard.
 * @param whenSpoken null when it had not said all of it
 */
export function inboundOf(atEnd: PageStatistics, whenSpoken: PageStatistics | null): PageStatistics {
  if (whenSpoken === null) return atEnd;
  return {
    ...atEnd,
    ...Object.fromEntries(COUNTED_WHILE_PLAYING.filter((name) => name in whenSpoken).map((name) => [name, whenSpoken[name]])),
  };
}
