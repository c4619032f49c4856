import { OPUS_PAYLOAD_TYPE } from '../../audio/opus-packet.ts';
import type { CodecSettings } from '../../core/call-plan.ts';

const FORMAT = `a=fmtp:${OPUS_PAYLOAD_TYPE} `;
/** These the plan decides, whatever the description said. */
const PLANNED = new Set(['maxaveragebitrate', 'useinbandfec', 'usedtx']);

/**
 * Asks in a description what a receiver may ask of an Opus sender (RFC 7587 section 6.1): bitrate, forward error correction, DTX, and the packet time
 * (RFC 8866 section 6.4). An engine that is given it encodes so; complexity, and the loss it prepares for, stay its own affair.
 * @param sdp what the engine will take as the other side's description
 */
export function askOfOpus(sdp: string, codec: CodecSettings): string {
  const lines = sdp.split('\r\n').flatMap((line) => {
    if (!line.startsWith(FORMAT)) return [line];
    const parameters = line
      .slice(FORMAT.length)
      .split(';')
      .filter((parameter) => !PLANNED.has(parameter.split('=')[0]?.trim() ?? ''));
    parameters.push(`maxaveragebitrate=${codec.bitrateBps}`, `useinbandfec=${codec.fec ? 1 : 0}`, `usedtx=${codec.dtx ? 1 : 0}`);
    return [`${FORMAT}${parameters.join(';')}`, `a=ptime:${codec.packetTimeMs}`];
  });
  return lines.join('\r\n');
}
