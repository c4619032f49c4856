import { payloadTypesOf } from '../../audio/rtp-format.ts';
import type { CodecSettings } from '../../core/call-plan.ts';

/** Format parameters of Opus that the plan decides, whatever the description said. */
const PLANNED = new Set(['maxaveragebitrate', 'useinbandfec', 'usedtx']);

/**
 * Asks in a description what a receiver may ask of a sender: the packet time (RFC 8866 section 6.4), and of Opus bitrate, forward error correction and DTX
 * (RFC 7587 section 6.1). An engine that is given it encodes so; complexity, and the loss it prepares for, stay its own affair.
 * @param sdp what the engine will take as the other side's description
 */
export function askOfEncoder(sdp: string, codec: CodecSettings): string {
  const { payloadType } = payloadTypesOf(codec);
  const format = `a=fmtp:${payloadType} `;
  const lines = sdp.split('\r\n').flatMap((line) => {
    if (line.startsWith(`a=rtpmap:${payloadType} `)) return [line, `a=ptime:${codec.packetTimeMs}`];
    if (codec.name !== 'opus' || !line.startsWith(format)) return [line];
    const parameters = line
      .slice(format.length)
      .split(';')
      .filter((parameter) => !PLANNED.has(parameter.split('=')[0]?.trim() ?? ''));
    parameters.push(`maxaveragebitrate=${codec.bitrateBps}`, `useinbandfec=${codec.fec ? 1 : 0}`, `usedtx=${codec.dtx ? 1 : 0}`);
    return [`${format}${parameters.join(';')}`];
  });
  return lines.join('\r\n');
}
