import type { Warning } from '../core/report.ts';
import { createSoundDecoder, type SoundDecoder } from './opus.ts';
import type { OpusFile } from './opus-head.ts';
import { OPUS_RATE_HZ, packetSamples } from './opus-packet.ts';
import type { SoundSource } from './sound-source.ts';
import { damaged } from './wav-refusals.ts';

/** A decoder that begins in the middle needs so much before it is right (RFC 7845 section 4.6 asks for 80 ms), samples. */
const PREROLL = 9_600;
/** What stands for a packet that cannot be decoded: 20 ms of silence. */
const BROKEN_SAMPLES = 960;

/**
 * The sound of an Opus stream as a source at 48 kHz. A packet that cannot be decoded is silent, and warned of.
 * @param maxSeconds longest sound accepted
 * @throws UserError `opus-too-long`, and `opus-no-sound` where no packet holds any
 */
export function opusSource(file: OpusFile, name: string, maxSeconds: number): SoundSource {
  const { channels, packets, preSkip } = file;
  const starts = new Float64Array(packets.length + 1);
  let broken = 0;
  packets.forEach((packet, i) => {
    const samples = packetSamples(packet);
    if (samples === null) broken++;
    starts[i + 1] = (starts[i] as number) + (samples ?? BROKEN_SAMPLES);
  });
  const all = Math.max(0, (starts[packets.length] as number) - preSkip);
  const frames = Math.min(all, file.frames ?? all);
  if (frames === 0 || broken === packets.length) throw damaged('opus-no-sound', name, 'there is no sound in the file');
  if (frames > maxSeconds * OPUS_RATE_HZ) {
    const what = `the sound is ${Math.round(frames / OPUS_RATE_HZ)} s long; the limit is ${maxSeconds} s`;
    throw damaged('opus-too-long', name, what);
  }
  const gain = 10 ** (file.gainDb / 20);
  let state: { readonly decoder: SoundDecoder; next: number; ready: Float32Array[]; at: number } | null = null;

  /** Makes ready to give samples from `first` on, counted with what is skipped. */
  const seek = async (first: number): Promise<NonNullable<typeof state>> => {
    if (state !== null && state.at === first) return state;
    state?.decoder.free();
    let next = 0;
    while (next + 1 < packets.length && (starts[next + 1] as number) <= first - PREROLL) next++;
    state = { decoder: await createSoundDecoder(channels), next, ready: [], at: starts[next] as number };
    return state;
  };

  return {
    sampleRateHz: OPUS_RATE_HZ,
    channels,
    frames,
    async read(first, count) {
      const from = first + preSkip;
      const wanted = Math.max(0, Math.min(count, frames - first));
      const out = Array.from({ length: channels }, () => new Float32Array(wanted));
      const now = await seek(from);
      let done = 0;
      while (done < wanted) {
        let block = now.ready;
        if (block.length === 0) {
          if (now.next >= packets.length) break;
          block = decodePacket(now.decoder, packets[now.next] as Uint8Array, channels, gain);
          now.next++;
        }
        const length = block[0]?.length ?? 0;
        const skip = Math.max(0, Math.min(length, from + done - now.at));
        const take = Math.min(length - skip, wanted - done);
        block.forEach((samples, channel) => {
          out[channel]?.set(samples.subarray(skip, skip + take), done);
        });
        done += take;
        now.at += skip + take;
        now.ready = skip + take < length ? block.map((samples) => samples.subarray(skip + take)) : [];
      }
      return out;
    },
    warnings: () => warningsOf(file, broken, name),
    close() {
      state?.decoder.free();
      state = null;
      return Promise.resolve();
    },
  };
}

function decodePacket(decoder: SoundDecoder, packet: Uint8Array, channels: number, gain: number): Float32Array[] {
  const samples = packetSamples(packet) ?? BROKEN_SAMPLES;
  const decoded = decoder.decode(packet);
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: samples }, (_, i) => gain * (decoded?.[i * channels + channel] ?? 0)),
  );
}

function warningsOf({ cutShort }: OpusFile, broken: number, name: string): Warning[] {
  return [
    ...(cutShort
      ? [
          {
            code: 'opus-cut-short',
            message: `${name}: the file does not end as it should`,
            hint: 'Scores speak of the part that is there. A recorder that was stopped hard leaves such files: check that the end is not missing.',
          },
        ]
      : []),
    ...(broken > 0
      ? [
          {
            code: 'opus-broken-packets',
            message: `${name}: ${broken} packets could not be read; silence stands for them`,
            hint: 'These gaps are the file’s, not the call’s: copy or export it again.',
          },
        ]
      : []),
  ];
}
