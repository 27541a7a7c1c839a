/**
 * Decodes recorded responses as those of their providers.
 */
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import { type Quirks, quirksOf } from "../../src/domain/Quirks.ts"
import * as KnownProviders from "../../src/domain/KnownProviders.ts"
import { context } from "./Decoding.ts"
import type * as Wire from "./Wire.ts"

/** The quirks of the provider that a recording is of, where it is one of ours. */
const quirksFor = (recording: Wire.Recording, protocol: ProtocolName): Quirks => {
  const { provider, request } = recording
  const definition = KnownProviders.definitions.find(({ aliases, id }) => id === provider || aliases.includes(provider))
  const binding = definition?.protocols.find((candidate) => candidate.protocol === protocol)
  return quirksOf({ ...definition?.quirks, ...binding?.quirks }, request?.model ?? undefined)
}

/** The context in which a recording is decoded. */
export const decoding = (recording: Wire.Recording, protocol: ProtocolName) =>
  context({
    error: { provider: recording.provider },
    headers: recording.headers ?? {},
    quirks: quirksFor(recording, protocol)
  })
