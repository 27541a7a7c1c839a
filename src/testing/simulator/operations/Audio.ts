/**
 * Generates audio: a tone as samples or in a WAV file, or silent MP3 frames.
 */

const rate = 24_000

const header = (samples: number): Buffer => {
  const bytes = Buffer.alloc(44)
  bytes.write("RIFF", 0)
  bytes.writeUInt32LE(36 + samples * 2, 4)
  bytes.write("WAVEfmt ", 8)
  bytes.writeUInt32LE(16, 16)
  // Uncompressed samples, one channel.
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write("data", 36)
  bytes.writeUInt32LE(samples * 2, 40)
  return bytes
}

const tone = (from: number, to: number, pitch: number): Uint8Array => {
  const bytes = Buffer.alloc((to - from) * 2)
  for (let sample = from; sample < to; sample++) {
    const value = Math.round(8000 * Math.sin((2 * Math.PI * pitch * sample) / rate))
    bytes.writeInt16LE(value, (sample - from) * 2)
  }
  return bytes
}

/** Creates a silent frame of MPEG-1 Layer III, 128 kbit/s, 44.1 kHz: 26 ms in 417 bytes. */
const silentFrame = (): Uint8Array => {
  const bytes = Buffer.alloc(417)
  bytes.set([0xff, 0xfb, 0x90, 0x00])
  return bytes
}

/** Generates audio of a length in seconds, piece by piece. Every format but `wav` and `mp3` is plain samples. */
export const pieces = function*(format: string, seconds: number, pitch: number): Generator<Uint8Array> {
  if (format === "mp3") {
    const frames = Math.max(1, Math.round(seconds / 0.026))
    for (let frame = 0; frame < frames; frame++) yield silentFrame()
    return
  }
  const samples = Math.max(1, Math.round(seconds * rate))
  if (format === "wav") yield header(samples)
  const step = rate / 10
  for (let from = 0; from < samples; from += step) yield tone(from, Math.min(samples, from + step), pitch)
}

/** Returns the length of a recording in seconds: by the header of a WAV file, and estimated for other formats. */
export const secondsOf = (file: Uint8Array): number => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const perSecond = bytes.length > 44 && bytes.toString("latin1", 0, 4) === "RIFF" ? bytes.readUInt32LE(28) : 16_000
  return Number((Math.max(0, bytes.length - 44) / Math.max(1, perSecond)).toFixed(2))
}
