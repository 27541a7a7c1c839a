/**
 * The names of media types that each protocol sends, whatever name the caller has for them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { CompletionRequest } from "sluice"
import * as Protocols from "sluice/protocols"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { encodedBody } from "../../support/Encoding.ts"

const encoded = (protocol: ProtocolName, mediaType: string) =>
  encodedBody(
    Protocols.byName[protocol],
    CompletionRequest.make({
      model: "m",
      prompt: [{ role: "user", content: [{ type: "file", mediaType, data: Buffer.from("data") }] }]
    }),
    { provider: "p", model: "m", stream: true, quirks: {} }
  )

describe("a file", () => {
  it.each<readonly [ProtocolName, string, string]>([
    ["anthropic-messages", "image/jpg", "\"media_type\":\"image/jpeg\""],
    ["anthropic-messages", "IMAGE/PNG; charset=binary", "\"media_type\":\"image/png\""],
    ["anthropic-messages", "application/x-pdf", "\"media_type\":\"application/pdf\""],
    ["anthropic-messages", "text/x-markdown; charset=utf-8", "\"media_type\":\"text/plain\""],
    ["anthropic-messages", "application/json", "\"media_type\":\"text/plain\""],
    ["openai-chat", "image/jpg", "data:image/jpeg;base64,"],
    ["openai-chat", "audio/x-wav", "\"format\":\"wav\""],
    ["openai-chat", "audio/vnd.wave", "\"format\":\"wav\""],
    ["openai-chat", "Audio/MP3", "\"format\":\"mp3\""],
    ["openai-chat", "application/x-pdf", "data:application/pdf;base64,"],
    ["openai-responses", "image/pjpeg", "data:image/jpeg;base64,"],
    ["openai-responses", "text/x-markdown", "\"filename\":\"file.md\""],
    ["gemini", "image/jpg", "\"mimeType\":\"image/jpeg\""],
    ["gemini", "audio/x-m4a", "\"mimeType\":\"audio/mp4\""],
    ["gemini", "video/x-ms-wmv", "\"mimeType\":\"video/wmv\""],
    ["bedrock-converse", "image/jpg", "\"image\":{\"format\":\"jpeg\""],
    ["bedrock-converse", "audio/x-flac", "\"audio\":{\"format\":\"flac\""],
    ["bedrock-converse", "application/csv", "\"document\":{\"format\":\"csv\""],
    ["bedrock-converse", "text/x-python", "\"document\":{\"format\":\"txt\""],
    ["bedrock-converse", "video/mov", "\"video\":{\"format\":\"mov\""],
    ["cohere", "image/jpg", "data:image/jpeg;base64,"],
    ["cohere", "TEXT/PLAIN; charset=utf-8", "\"text\":\"data\""],
    ["ollama", "IMAGE/JPG", "\"images\":[\"ZGF0YQ==\"]"]
  ])(
    "is sent over %s as what the protocol calls %s",
    (protocol, mediaType, expected) =>
      assert.include(JSON.stringify(Result.getOrThrow(encoded(protocol, mediaType))), expected)
  )

  it.each<readonly [ProtocolName, string]>([
    ["anthropic-messages", "image/bmp"],
    ["anthropic-messages", "audio/mpeg"],
    ["openai-chat", "audio/x-m4a"],
    ["openai-responses", "audio/mp3"],
    ["bedrock-converse", "image/heic"],
    ["bedrock-converse", "constructor"],
    ["ollama", "application/pdf"]
  ])(
    "is refused over %s where the protocol takes no %s",
    (protocol, mediaType) => assert.isTrue(Result.isFailure(encoded(protocol, mediaType)))
  )
})
