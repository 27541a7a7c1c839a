/**
 * The table of media types.
 */
import { assert, describe, it } from "@effect/vitest"
import * as AudioFile from "../../src/domain/AudioFile.ts"
import * as MediaTypes from "../../src/domain/MediaTypes.ts"

describe("a media type", () => {
  it.each<readonly [string, string]>([
    ["image/jpg", "image/jpeg"],
    ["IMAGE/JPEG", "image/jpeg"],
    ["audio/mp3", "audio/mpeg"],
    ["audio/x-wav", "audio/wav"],
    ["audio/wave", "audio/wav"],
    ["audio/x-m4a", "audio/mp4"],
    ["application/x-pdf", "application/pdf"],
    ["text/x-markdown", "text/markdown"],
    ["text/plain;charset=utf-8", "text/plain"],
    [" Text/CSV ; charset=utf-8", "text/csv"],
    ["audio/ogg; codecs=opus", "audio/ogg"],
    ["application/x-unknown", "application/x-unknown"],
    ["constructor", "constructor"],
    ["image/*", "image/*"],
    ["", ""]
  ])("has one name: %s is %s", (given, expected) => assert.strictEqual(MediaTypes.canonical(given), expected))

  it.each<readonly [string, MediaTypes.MediaKind | undefined]>([
    ["image/jpg", "image"],
    ["image/x-unknown", "image"],
    ["audio/L16;rate=24000", "audio"],
    ["video/mov", "video"],
    ["text/x-python", "document"],
    ["application/pdf", "document"],
    ["application/zip", undefined],
    ["__proto__", undefined]
  ])("is of a kind: %s", (given, expected) => assert.strictEqual(MediaTypes.kindOf(given), expected))

  it.each<readonly [string, boolean]>([
    ["text/x-python", true],
    ["application/json; charset=utf-8", true],
    ["text/xml", true],
    ["application/pdf", false],
    ["image/svg+xml", false]
  ])("is that of a text: %s %s", (given, expected) => assert.strictEqual(MediaTypes.isText(given), expected))

  const bytes = (...text: ReadonlyArray<string>) => Buffer.from(text.join(""), "latin1").toString("base64")

  it.each<readonly [string, string, string | undefined]>([
    ["image/*", bytes("\x89PNG\r\n\x1a\n"), "image/png"],
    ["image/*", bytes("\xff\xd8\xff\xe0"), "image/jpeg"],
    ["image/*", bytes("GIF89a"), "image/gif"],
    ["image/*", bytes("RIFF", "\x10\x20\x30\x40", "WEBPVP8 "), "image/webp"],
    ["audio/*", bytes("RIFF", "\x10\x20\x30\x40", "WAVEfmt "), "audio/wav"],
    ["image/*", bytes("RIFF", "\x10\x20\x30\x40", "WAVEfmt "), undefined],
    ["audio/*", bytes("ID3\x04"), "audio/mpeg"],
    ["audio/*", bytes("\xff\xfb\x90\x64"), "audio/mpeg"],
    ["audio/*", bytes("\xff\xf3\x40\xc4"), "audio/mpeg"],
    ["audio/*", bytes("\xff\xf1\x50\x80"), undefined],
    ["audio/*", bytes("fLaC\0"), "audio/flac"],
    ["audio/*", bytes("OggS\0"), "audio/ogg"],
    ["application/octet-stream", bytes("%PDF-1.7"), "application/pdf"],
    ["image/png", bytes("GIF89a"), undefined],
    ["image/*", bytes("BM"), undefined]
  ])(
    "is found by the beginning of a file: %s %s",
    (given, base64, expected) => assert.strictEqual(MediaTypes.ofSignature(given, base64), expected)
  )

  it.each<readonly [string, string | undefined, string]>([
    ["talk.MP3", undefined, "audio/mpeg"],
    ["talk.mp4", undefined, "audio/mp4"],
    ["talk.webm", undefined, "audio/webm"],
    ["talk.opus", undefined, "audio/ogg"],
    ["constructor", undefined, "application/octet-stream"],
    ["talk", undefined, "application/octet-stream"],
    ["talk", "audio/x-m4a", "audio/mp4"],
    ["talk.wav", "Audio/MP3; rate=1", "audio/mpeg"]
  ])(
    "is that of a recording: %s, %s",
    (name, mediaType, expected) => assert.strictEqual(AudioFile.mediaType({ name, mediaType }), expected)
  )

  it("gives new files an extension", () => {
    assert.strictEqual(MediaTypes.extensionOf("image/jpg"), "jpg")
    assert.strictEqual(MediaTypes.extensionOf("text/plain;charset=utf-8"), "txt")
    assert.isUndefined(MediaTypes.extensionOf("application/zip"))
  })
})
