/**
 * A recording of two seconds, and what the simulator says was said in it.
 */
import { Stream } from "effect"
import type { AudioFile } from "sluice"

/** Two seconds of a WAV file. */
export const wav = (() => {
  const bytes = Buffer.concat([Buffer.from("RIFF"), Buffer.alloc(40), Buffer.alloc(4000, 7)])
  bytes.writeUInt32LE(2000, 28)
  return new Uint8Array(bytes)
})()

export const file: AudioFile = { name: "talk.wav", content: wav }

/** The same file as a stream. */
export const streamed: AudioFile = { ...file, content: Stream.make(wav.slice(0, 1001), wav.slice(1001)) }

export const transcribed = /^This is what was said in talk\.wav, take [\da-f]{8}\.$/
